"""How many people it is for."""

import re

from segue_dialogue.understanding.amounts import find_amounts, words_value
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any, pattern
from segue_dialogue.understanding.message import Message

_AND = re.compile(r"[\s,]*(?:and|&|\+|plus|with)?[\s,]*")
_AND_ME = re.compile(r"\b(?:me|myself|i)\s+(?:and|plus|\+|&)\s+(?:my\s+)?$")
MOST = 100_000  # above this a number was something else


def find_people(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """A counted group ("party of 4", "25 users", "me and my two kids"); of a range, the most."""
    if counted := _counted(message):
        return counted
    grouped = matches_any("people_grouped", spoken, message.plain)
    if grouped and (count := _largest(grouped[0])):
        return Found("people", count, grouped.start(), grouped.end())
    for size, key in ((2, "people_two"), (1, "people_one")):
        found = matches_any(key, spoken, message.plain) if asked or size == 2 else None
        if found:
            return Found("people", size, found.start(), found.end())
    return _bare(message) if asked else None


def _counted(message: Message) -> Found | None:
    """Counted people, added up where they stand together: "2 adults and 2 kids"."""
    total, start, end = 0, 0, 0
    for found in pattern("en", "people_counted").finditer(message.plain):
        if total and not _AND.fullmatch(message.plain, end, found.start()):
            break
        start = start if total else found.start()
        total, end = total + (_largest(found[0]) or 0), found.end()
    if total and (me := _AND_ME.search(message.plain, 0, start)):
        total, start = total + 1, me.start()
    return Found("people", total, start, end) if 0 < total <= MOST else None


def _bare(message: Message) -> Found | None:
    amounts = [a for a in find_amounts(message.plain) if _is_count(a.value)]
    if not amounts:
        return None
    most = max(amounts, key=lambda amount: amount.value)
    return Found("people", int(most.value), most.start, most.end)


def _largest(text: str) -> int | None:
    counts = [a.value for a in find_amounts(text) if _is_count(a.value)]
    if not counts and (worded := words_value(text)) and _is_count(worded):
        counts = [worded]
    return int(max(counts)) if counts else None


def _is_count(value: float) -> bool:
    return 1 <= value <= MOST and value == int(value)

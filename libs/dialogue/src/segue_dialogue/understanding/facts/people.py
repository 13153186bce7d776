"""How many people it is for."""

from segue_dialogue.understanding.amounts import find_amounts, words_value
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message

MOST = 100_000  # above this a number was something else


def find_people(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """A counted group ("party of 4", "25 users", "me and my two kids"); of a range, the most."""
    for key in ("people_counted", "people_grouped"):
        if found := matches_any(key, spoken, message.plain):
            if count := _largest(found[0]):
                return Found("people", count, found.start(), found.end())
    for size, key in ((2, "people_two"), (1, "people_one")):
        if asked or size == 2:
            if found := matches_any(key, spoken, message.plain):
                return Found("people", size, found.start(), found.end())
    return _bare(message) if asked else None


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

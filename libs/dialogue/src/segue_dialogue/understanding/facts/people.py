"""How many people it is for."""

from segue_dialogue.understanding.amounts import count_in, find_amounts
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any, pattern
from segue_dialogue.understanding.message import Message

MOST = 100_000  # above this a number was something else


def find_people(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """A counted group ("party of 4", "25 users", "me and my two kids"); of a range, the most."""
    if counted := _counted(message, spoken):
        return counted
    grouped = matches_any("people_grouped", spoken, message.plain)
    if grouped and (count := _largest(grouped[0], spoken)):
        return Found("people", count, grouped.start(), grouped.end())
    for size, key in ((2, "people_two"), (1, "people_one")):
        found = matches_any(key, spoken, message.plain) if asked or size == 2 else None
        if found:
            return Found("people", size, found.start(), found.end())
    return _bare(message, spoken) if asked else None


def _counted(message: Message, spoken: tuple[str, ...]) -> Found | None:
    """Counted people, added up where they stand together: "2 adults and 2 kids"."""
    for language in spoken:
        total, start, end = 0, 0, 0
        for found in pattern(language, "people_counted").finditer(message.plain):
            if total and not _joined(message.plain[end : found.start()], spoken):
                break
            start = start if total else found.start()
            total, end = total + (_largest(found[0], spoken) or 0), found.end()
        me = matches_any("people_and_me", spoken, message.plain[:start] + "\x1a")
        if total and me:
            total, start = total + 1, me.start()
        if 0 < total <= MOST:
            return Found("people", total, start, end)
    return None


def _joined(between: str, spoken: tuple[str, ...]) -> bool:
    bare = between.strip(" \t\n,،")
    return not bare or any(pattern(code, "people_and").fullmatch(bare) for code in spoken)


def _bare(message: Message, spoken: tuple[str, ...]) -> Found | None:
    amounts = [a for a in find_amounts(message.plain, spoken) if _is_count(a.value)]
    if not amounts:
        return None
    most = max(amounts, key=lambda amount: amount.value)
    return Found("people", int(most.value), most.start, most.end)


def _largest(text: str, spoken: tuple[str, ...]) -> int | None:
    counts = [a.value for a in find_amounts(text, spoken) if _is_count(a.value)]
    if not counts and (counted := count_in(text, spoken)) and _is_count(counted):
        counts = [counted]
    return int(max(counts)) if counts else None


def _is_count(value: float) -> bool:
    return 1 <= value <= MOST and value == int(value)

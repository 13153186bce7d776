"""What the person is after."""

import re

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message

MOST_CHARS = 160
_CLAUSE_END = re.compile(
    r"[.!?;\n]|,| - | (?:and|but|so|because|since|budget|please|pls|asap|thanks)\b"
)
_MONEY = re.compile(
    r"\s*(?:(?:about|around|under|like)\s+)?(?:[$€£]|[\d.,k-]+\s*(?:dollars|bucks|euros?|pounds|k\b))"
)
_EDGE = " \t\n\"'.,;:!?-"


def find_need(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """What follows "I'm looking for" and the like; when it was asked for, the whole message."""
    found = matches_any("need_said", spoken, message.plain)
    if found and not asked:
        return _clause(message, found, spoken)
    if not asked:
        return _trouble(message, spoken)
    return _whole(message, spoken)


def _clause(message: Message, found: re.Match[str], spoken: tuple[str, ...]) -> Found | None:
    start = found.end()
    if _MONEY.match(message.plain, start):
        return None
    if matches_any("need_not", spoken, message.plain[found.start() : start + 60]):
        return None
    end = min(len(message.plain), start + MOST_CHARS)
    stop = _CLAUSE_END.search(message.plain, start + 1, end)
    end = stop.start() if stop else end
    return _summary(message, start, end)


def _trouble(message: Message, spoken: tuple[str, ...]) -> Found | None:
    """A complaint about a thing ("my roof is leaking") is a need without being called one."""
    found = matches_any("need_trouble", spoken, message.plain)
    return _summary(message, found.start(), found.end()) if found else None


def _whole(message: Message, spoken: tuple[str, ...]) -> Found | None:
    lead = matches_any("need_lead_in", spoken, message.plain)
    start = lead.end() if lead else 0
    return _summary(message, start, min(len(message.plain), start + 500))


def _summary(message: Message, start: int, end: int) -> Found | None:
    while start < end and message.plain[start] in _EDGE:
        start += 1
    while end > start and message.plain[end - 1] in _EDGE:
        end -= 1
    if sum(char.isalpha() for char in message.plain[start:end]) < 3:
        return None
    summary = " ".join(message.original[start:end].split())
    return Found("need", {"summary": summary}, start, end)

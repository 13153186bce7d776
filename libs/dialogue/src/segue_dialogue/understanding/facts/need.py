"""What the person is after: the thing that they ask for, or what broke, hurts or leaks.

The summary is the thing alone: when it is wanted and what it may cost are facts of their own, and
a please or a thanks says nothing about it.
"""

import re
from collections.abc import Iterator

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any, pattern, word_set
from segue_dialogue.understanding.message import LETTERS, SIGNS, Message

MOST_CHARS = 160
_MOST_ASKED = 500  # characters of an answer that was asked for
_MOST_OPENERS = 12
_LOOK_BACK = 16
_WORD = re.compile(rf"{LETTERS}(?:'{LETTERS})*")
_STOP = re.compile(r"[!?;\n()…؟؛।]|\.(?!\d)|\s--?\s|[,،]")
_COMMAS = ",،"
_EDGE = re.compile(rf"[\w%€$£)\]'\"{SIGNS}]")

Span = tuple[int, int]


def find_need(
    message: Message, others: list[Span], *, asked: bool, spoken: tuple[str, ...]
) -> Found | None:
    """The thing wanted, or the trouble described; of an answer to "what do you need" all of it.

    `others` are the spans that say something else: times, sums, names, numbers to ring.
    """
    for key in ("need_said", "need_asked_for") if asked else ("need_said",):
        for opener in _openers(message, key, spoken):
            if found := _thing(message, opener.end(), others, spoken):
                return found
    if found := _before(message, others, spoken):
        return found
    if found := _trouble(message, others, spoken):
        return found
    return _whole(message, others, spoken) if asked else None


def wishes(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether a thing is asked for in words that say so."""
    return any(
        _thing(message, opener.end(), [], spoken)
        for opener in _openers(message, "need_said", spoken)
    )


def suffers(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether something of the person's own broke, hurts or leaks."""
    return _trouble(message, [], spoken) is not None


def _openers(message: Message, key: str, spoken: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """The words that lead to a thing wanted, without those that are denied or asked about."""
    plain = message.plain
    for language in spoken:
        position = 0
        for _ in range(_MOST_OPENERS):
            found = pattern(language, key).search(plain, position)
            if not found or found.end() == found.start():
                break
            position = found.end()
            before = plain[max(0, found.start() - _LOOK_BACK) : found.start()].rstrip() + "\x1a"
            denied = matches_any("need_said_not", spoken, before)
            after = "\x1a" + plain[found.end() : found.end() + 60]
            if not denied and not matches_any("need_not", spoken, after):
                yield found


def _thing(
    message: Message, start: int, others: list[Span], spoken: tuple[str, ...]
) -> Found | None:
    return _summary(message, start, _clause_end(message, start, spoken), others, spoken)


def _before(message: Message, others: list[Span], spoken: tuple[str, ...]) -> Found | None:
    """The thing that stands before the wish, as where the verb ends the sentence."""
    plain = message.plain
    closer = matches_any("need_closer", spoken, plain)
    if not closer or matches_any("need_closer_not", spoken, plain[: closer.start()] + "\x1a"):
        return None
    start = max((stop.end() for stop in _STOP.finditer(plain, 0, closer.start())), default=0)
    if lead := matches_any("need_lead_in", spoken, plain[start : closer.start()]):
        start += lead.end()
    return _summary(message, start, closer.start(), others, spoken)


def _trouble(message: Message, others: list[Span], spoken: tuple[str, ...]) -> Found | None:
    """A complaint about a thing of one's own ("my roof is leaking") is a need."""
    if matches_any("need_trouble_not", spoken, message.plain):
        return None
    found = matches_any("need_trouble", spoken, message.plain)
    if not found:
        return None
    start = found.start()
    if greeting := matches_any("need_lead_in", spoken, message.plain[start : found.end()]):
        start += greeting.end()
    return _summary(message, start, found.end(), others, spoken)


def _whole(message: Message, others: list[Span], spoken: tuple[str, ...]) -> Found | None:
    """The whole answer; a question is one back and no answer."""
    if message.plain.rstrip().endswith("?"):
        return None
    lead = matches_any("need_lead_in", spoken, message.plain)
    start = lead.end() if lead else 0
    end = min(len(message.plain), start + _MOST_ASKED)
    return _summary(message, start, end, others, spoken)


def _clause_end(message: Message, start: int, spoken: tuple[str, ...]) -> int:
    """Where the words turn to something else; the thing itself is at least a word."""
    most = min(len(message.plain), start + MOST_CHARS)
    first = _WORD.search(message.plain, start, most)
    if not first:
        return most
    ends = (pattern(language, "need_end").search(message.plain, first.end(), most)
            for language in spoken)  # fmt: skip
    stops = (stop for stop in _STOP.finditer(message.plain, first.end(), most)
             if not _in_a_list(message.plain, stop.start(), spoken))  # fmt: skip
    return min((found.start() for found in (*ends, next(stops, None)) if found), default=most)


def _in_a_list(plain: str, at: int, spoken: tuple[str, ...]) -> bool:
    """A comma ends the thing, unless it stands in a list: "flooring, painting and new doors"."""
    rest = plain[at + 1 : at + 60].lstrip()
    listed = (pattern(language, "need_list").match(rest) for language in spoken)
    return plain[at] in _COMMAS and any(listed)


def _summary(
    message: Message, start: int, end: int, others: list[Span], spoken: tuple[str, ...]
) -> Found | None:
    """The first stretch between times and sums that names something."""
    for first, last in _stretches(start, end, others):
        if found := _named(message, first, last, cut=last < end, spoken=spoken):
            return found
    return None


def _stretches(start: int, end: int, others: list[Span]) -> Iterator[Span]:
    for first, last in sorted(span for span in others if span[0] < end and span[1] > start):
        if first > start:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def _named(
    message: Message, start: int, end: int, *, cut: bool, spoken: tuple[str, ...]
) -> Found | None:
    plain = message.plain
    if cut and (lead := matches_any("need_edge_before", spoken, plain[start:end])):
        end = start + lead.start()
    start = _after_joiner(plain, start, end, spoken)
    while start < end and not _EDGE.match(plain[start]):
        start += 1
    while end > start and not _EDGE.match(plain[end - 1]):
        end -= 1
    if not _says_something(plain[start:end], spoken):
        return None
    summary = " ".join(message.original[start:end].split())
    return Found("need", {"summary": summary}, start, end)


def _after_joiner(plain: str, start: int, end: int, spoken: tuple[str, ...]) -> int:
    first = _WORD.search(plain, start, end)
    for language in spoken if first else ():
        if first and (joined := pattern(language, "need_joined").match(plain, first.start(), end)):
            return joined.end()
    return start


def _says_something(text: str, spoken: tuple[str, ...]) -> bool:
    """Whether any word names a thing, rather than time, money or courtesy."""
    return any(
        len(word) > 1
        and not any(word in word_set(language, "need_filler_words") for language in spoken)
        for word in _WORD.findall(text)
    )

"""Finding the pieces of times in a message, from left to right, the longest reading first."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from segue_dialogue.understanding.times.atoms import Atom, Clock, ClockSpan, DayPart, Part, Past
from segue_dialogue.understanding.times.clocks import clock_at
from segue_dialogue.understanding.times.dates import days_at, one_day
from segue_dialogue.understanding.times.moments import moment_at
from segue_dialogue.understanding.times.vocabulary import calendar, part_fragment, parts, table

# Characters before a piece in which the words that lead to it are looked for; the whole text
# before each piece would make long messages slow.
_LOOK_BACK = 24
_WORD = re.compile(r"(?<![\w.])(?<!\d[/:.,])(?=\w)")
_CUE = re.compile(
    r"(?:\b(?:at|by|around|about|circa|approx|@|"
    r"approximately|roughly|maybe|say|like|let's do|can do|could do|make it|see you|prefer|"
    r"rather)|@|~)\s*$"
)
_VAGUE_CUE = re.compile(r"(?:\b(?:around|about|circa|roughly|approx(?:imately)?|like|say)|~)\s*$")
_TODAYS = re.compile(r"(?P<this>this\s+)(?=\w)|(?P<night>to-?night|tonite|2night|2nite)(?!\w)")
_TONIGHT = Part(18 * 60, 24 * 60)
# "Tomorrow am"; elsewhere "am" is a verb.
_HALF_DAY = re.compile(
    r"\s+(?P<half>pm|am(?=\s*(?:$|[.,!?;)/]|or\b|and\b|pls|please|if\b|works|would)))(?!\w)"
)
_HALVES = {"am": Part(6 * 60, 12 * 60), "pm": Part(12 * 60, 18 * 60)}
_SPAN = re.compile(r"(?P<lead>between|from)\s+")
_JOIN = re.compile(r"\s*(?:-|to|and|until|till|til|thru|through|&)\s*")
_OPEN = re.compile(
    r"(?P<lead>(?:any\s?time\s+|some\s?time\s+)?(?:after|past|later than|from|not before|since|"
    r"before|b4|until|till|til|by|earlier than|no later than|not after))\s+(?:about\s+|around\s+)?"
)
# In "come by around 4" the word before belongs to the verb; "option 2" is no hour.
_BY_THE_WAY = re.compile(r"\b(?:com|stop|dropp?|swing|pass|go|walk|swung|came)(?:e|ing)?\s+$")
_OPTION = re.compile(r"(?:\b(?:option|number|slot|choice|no\.?|nr\.?|room|apt|unit|suite)|#)\s*$")
_ONWARDS = re.compile(
    r"\s*(?:\+(?!\w)|onwards?\b|or later\b|or after\b|and later\b|and after\b|and onwards?\b)"
)
_OR_EARLIER = re.compile(r"\s*(?:or (?:earlier|before)\b|at the latest\b|latest\b)")
_CLOSED_LEADS = ("before", "b4", "until", "till", "til", "by", "earlier", "no later", "not after")


def scan(plain: str, now: datetime, region: str) -> list[Atom]:
    """All pieces of times in a message, in order and without overlap."""
    return list(_pieces(plain, now, region))


def _pieces(plain: str, now: datetime, region: str) -> Iterator[Atom]:
    position = 0
    while found := _WORD.search(plain, position):
        start = found.start()
        if not _starts_time(plain, start):
            position = _past_word(plain, start)
            continue
        atom = _piece_at(plain, start, now, region)
        if atom:
            yield atom
        position = atom.end if atom else _past_word(plain, start)


def _piece_at(plain: str, start: int, now: datetime, region: str) -> Atom | None:
    past = _past().match(plain, start) or _excluded().match(plain, start)
    if past:
        return Atom(Past(), start, past.end())
    if moment := moment_at(plain, start, now):
        return Atom(moment[0], start, moment[1])
    if now_part := _part_of_today(plain, start, now):
        return now_part
    span = _closed_span(plain, start) or _open_span(plain, start)
    if span:
        return span
    # "in the afternoon of the 3rd": the longer of a day and a part of a day wins.
    days, part = days_at(plain, start, now.date(), region), _part_at(plain, start)
    if days and not (part and part.end > days[1]) and not _is_shy(plain, start, days[1]):
        if half := _HALF_DAY.match(plain, days[1]):
            return Atom(DayPart(days[0], _HALVES[half["half"]]), start, half.end("half"))
        return Atom(
            days[0],
            start,
            days[1],
            cued=_CUE.search(plain, max(0, start - _LOOK_BACK), start) is not None,
        )
    return part or _clock(plain, start) or None


def _closed_span(plain: str, start: int) -> Atom | None:
    """ "between 2 and 4", "from 9 to 12", "2-4pm"."""
    lead = _SPAN.match(plain, start)
    first = _clock_in_span(plain, lead.end() if lead else start)
    if not first:
        return None
    join = _JOIN.match(plain, first[1])
    last = clock_at(plain, join.end()) if join and join.end() > first[1] else None
    if not join or not last:
        return None
    if "and" in join[0] or "&" in join[0]:
        if not lead:
            return None
    elif (
        not lead
        and first[0].weak
        and last[0].weak
        and not _CUE.search(plain, max(0, start - _LOOK_BACK), start)
    ):
        # A bare "2-4" is a time only beside a day; the combiner decides.
        return Atom(ClockSpan(first[0], last[0]), start, last[1], cued=False)
    return Atom(ClockSpan(first[0], last[0]), start, last[1], cued=True)


def _clock_in_span(plain: str, position: int) -> tuple[Clock, int] | None:
    return clock_at(plain, position)


def _open_span(plain: str, start: int) -> Atom | None:
    """ "after 5", "before noon", "3pm onwards"."""
    lead = (
        None
        if _BY_THE_WAY.search(plain, max(0, start - _LOOK_BACK), start)
        else _OPEN.match(plain, start)
    )
    clock = clock_at(plain, lead.end() if lead else start)
    if not clock:
        return None
    if lead:
        words = lead["lead"]
        if words.startswith(_CLOSED_LEADS):
            return Atom(ClockSpan(None, clock[0]), start, clock[1], cued=True)
        return Atom(ClockSpan(clock[0], None), start, clock[1], cued=True)
    if onwards := _ONWARDS.match(plain, clock[1]):
        return Atom(ClockSpan(clock[0], None), start, onwards.end(), cued=True)
    if earlier := _OR_EARLIER.match(plain, clock[1]):
        return Atom(ClockSpan(None, clock[0]), start, earlier.end(), cued=True)
    return None


def _part_at(plain: str, start: int) -> Atom | None:
    found = _part_pattern().match(plain, start)
    if not found:
        return None
    word = re.sub(r"\s+", " ", found["part"])
    span = next(span for pattern, span in parts() if pattern.fullmatch(word))
    return Atom(Part(*span), start, found.end())


def _part_of_today(plain: str, start: int, now: datetime) -> Atom | None:
    """ "Tonight" and "this afternoon"."""
    found = _TODAYS.match(plain, start)
    if not found:
        return None
    part = _part_at(plain, found.end()) if found["this"] else None
    if part and isinstance(part.piece, Part):
        return Atom(DayPart(one_day(now.date(), is_today=True), part.piece), start, part.end)
    if found["night"]:
        return Atom(DayPart(one_day(now.date(), is_today=True), _TONIGHT), start, found.end())
    return None


def _clock(plain: str, start: int) -> Atom | None:
    clock = clock_at(plain, start)
    if not clock:
        return None
    piece = clock[0]
    cued = _CUE.search(plain, max(0, start - _LOOK_BACK), start) is not None
    if piece.weak and not cued and plain[start : clock[1]] == "one":
        return None  # "the first one"
    if piece.weak and _OPTION.search(plain, max(0, start - _LOOK_BACK), start):
        return None
    if _VAGUE_CUE.search(plain, max(0, start - _LOOK_BACK), start):
        piece = Clock(piece.hour, piece.minute, piece.exact, piece.half, piece.literal,
                      vague=True, weak=piece.weak)  # fmt: skip
    return Atom(piece, start, clock[1], cued=cued)


def _is_shy(plain: str, start: int, end: int) -> bool:
    """ "Sat", "sun" and "mar" are also other words: "I sat", "in the sun"."""
    if plain[start:end] not in calendar().shy:
        return False
    return (
        re.search(
            r"\b(?:the|i|we|he|she|they|you|and i)\s+$", plain[max(0, start - _LOOK_BACK) : start]
        )
        is not None
    )


def _past_word(plain: str, start: int) -> int:
    end = start
    while end < len(plain) and (plain[end].isalnum() or plain[end] == "_"):
        end += 1
    return max(end, start + 1)


def _starts_time(plain: str, start: int) -> bool:
    return plain[start].isdigit() or plain[start : start + 2] in _openings()


@cache
def _openings() -> frozenset[str]:
    """The first two letters of every word that can open a time, to skip the others quickly."""
    lists = calendar()
    words = [
        *(re.sub(r"[^a-z| ]", "", word) for word in (*lists.weekdays, *lists.months)),
        *lists.hours, *lists.ordinals, *lists.counts, *lists.minutes,
        "today tomorrow tmrw tmr tmoro 2moro the day overmorrow to-morrow tday this next following",
        "coming in within between from after past later not since before until till til by earlier",
        "no any some half quarter noon midday midnight week weekend early late mid start end",
        "beginning rest during around for of last previous yesterday ago first morning morn lunch",
        "afternoon arvo evening eve night before end close cob eod business office working work",
        "daytime lunch at tonight a b4 except excluding besides other apart but nye christmas xmas",
        "boxing halloween valentine new fortnight third fourth",
    ]  # fmt: skip
    return frozenset(part[:2] for text in words for part in re.split(r"[| ]", text) if part) | {
        "a ", "1", "2",
    }  # fmt: skip


@cache
def _past() -> re.Pattern[str]:
    weekday, month = table("weekdays").fragment, table("months").fragment
    return re.compile(
        rf"(?:(?:last|previous|past)\s+(?:{weekday}|{month}|week|weekend|month|year|night|spring|"
        r"summer|fall|winter|autumn)\b(?!\s+(?:of|in)\s)|yesterday\b(?:\s+(?:morning|afternoon|evening|night))?"
        r"|(?:\d{1,3}|an?|one|two|three|four|five|six|a\s+few|a\s+couple\s+of|couple)\s+"
        r"(?:\w+\s+)?(?:minutes?|hours?|days?|weeks?|months?|years?)\s+ago\b)"
    )


@cache
def _excluded() -> re.Pattern[str]:
    """ "Not tuesday" and "any time but friday" name the days that won't do."""
    day = f"(?:{table('weekdays').fragment}|{table('days').fragment}|week-?\\s?ends?)"
    some = rf"(?:(?:on|for|the|this|next|coming)\s+)*{day}s?"
    more = rf"{some}(?:\s+(?:morning|afternoon|evening)s?)?(?!\w)"
    return re.compile(
        rf"(?:(?<!why )(?<!if )not|except(?:\s+for)?|excluding|besides|other\s+than|apart\s+from|"
        rf"but\s+not|any\s?(?:time|day|thing)\s+but)\s+{more}(?:\s*(?:or|and|,|/)\s*{more})*"
    )


@cache
def _part_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:in|during|at)\s+(?:the\s+)?|the\s+)?(?P<part>{part_fragment()})(?!\w)"
    )

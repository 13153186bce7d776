"""Reading clock times: 10:30, 3pm, half past four, noon, 3ish, and the bare 3.

A bare hour without am or pm is read between 07:00 and 19:59: 7 to 11 before noon, 12 as noon, 1 to
6 after noon. Seven could be either: it is 07:00, unless an evening is named beside it or the day
is today and seven has passed. A leading zero or an hour above 12 is 24-hour time.
"""

import re
from functools import cache
from typing import Literal

from segue_dialogue.understanding.times.atoms import DAY_MINUTES, Clock, ClockSpan, Part
from segue_dialogue.understanding.times.vocabulary import table

_NAMED = {"noon": 12, "midday": 12, "noontime": 12, "midnight": 0}
_HALF = r"(?P<half>[ap]\.?\s?m\b\.?|(?<=\d)[ap]\b)"
_SURE_MINUTES = (15, 30, 45)  # "six thirty" is a time, "three fifty" may be a price
# Four digits are a time on the hour or its quarters: "at 1530", "0900 hrs".
_MILITARY = re.compile(
    r"(?P<hour>[01]\d|2[0-3])(?P<minute>00|15|30|45)(?!\w|[.,:]\d)(?P<unit>\s*(?:hrs?|hours|h)\b)?"
)
_AT = re.compile(r"(?:\bat|@)\s*$")
# What may follow a bare number that is an hour; anything else makes it a count of something.
_AFTER_BARE = re.compile(
    r"\s*(?:$|[.,!?;:)/&\n-](?!\d)|-(?=\d)|(?:and|or|to|till|til|until|in|on|at|works?|work|is|would|"
    r"please|pls|plz|if|b4|tom|tm|2m|today|tonight|this|next|mon|tue|wed|thu|fri|sat|sun|ok|okay|thanks|"
    r"thank|thx|for|but|then|sharp|could|can|i|i'm|i'll|we|so|with|onwards?|onward|good|fine|great|"
    r"suits|sounds|perfect|instead|every|each|any|the|of|should|will|'?ll|do|does|be|as|because|since|"
    r"since|my|you|your|maybe|not|too|also|available|free|open|latest|earliest|or so|there|right|"
    r"about|ideally|possible|when|after|before|rather|just|works|it|that|have|no|yes|cause|cuz|how|"
    r"what|see|let's|lets|possibly|would|may|might|via|over)\w*)"
)


def clock_at(plain: str, position: int) -> tuple[Clock, int] | None:
    """The clock time at a position of the message, with where it ends."""
    found = _pattern().match(plain, position)
    if not found:
        return _military(plain, position)
    clock = _clock(found)
    if clock is None or (clock.weak and not _AFTER_BARE.match(plain, found.end())):
        return None
    return clock, found.end()


def _military(plain: str, position: int) -> tuple[Clock, int] | None:
    found = _MILITARY.match(plain, position)
    if not found or not (found["unit"] or _AT.search(plain, max(0, position - 6), position)):
        return None
    if not found["unit"] and not _AFTER_BARE.match(plain, found.end()):
        return None
    return Clock(int(found["hour"]), int(found["minute"]), exact=True, literal=True), found.end()


def span_minutes(span: ClockSpan, part: Part | None, *, passed: int = -1) -> tuple[int, int]:
    """A span of clock times as minutes of the day, [start, end)."""
    if span.start and span.end:
        end = minutes(span.end, part, passed=passed)
        start = minutes(_with_half(span.start, span.end, end), part, passed=passed)
        if end <= start and not span.end.half and not span.end.literal:
            end += 12 * 60
        return (start, min(end, DAY_MINUTES)) if end > start else (start, DAY_MINUTES)
    if span.start:
        start = minutes(span.start, part, passed=passed)
        return start, part.end if part and part.end > start else DAY_MINUTES
    assert span.end is not None
    end = minutes(span.end, part, passed=passed)
    return (part.start if part and part.start < end else 0), end or DAY_MINUTES


def minutes(clock: Clock, part: Part | None = None, *, passed: int = -1) -> int:
    """A clock time as minutes of the day; `passed` are the minutes of today that are over."""
    hour = clock.hour
    if clock.half == "am":
        hour = hour % 12
    elif clock.half == "pm" and hour < 12:
        hour += 12
    elif not clock.half and not clock.literal and hour <= 12:
        hour = _bare_hour(clock, part, passed)
    return hour * 60 + clock.minute


def _bare_hour(clock: Clock, part: Part | None, passed: int) -> int:
    hour = clock.hour
    if part and part.start < 12 * 60 <= part.end and not part.is_late:
        return hour  # named a morning
    if part and part.is_late:
        return hour + 12 if hour < 12 else 12
    reading = hour + 12 if 1 <= hour <= 6 else hour
    late = reading + 12
    if late < 24 and reading * 60 + clock.minute <= passed < late * 60 + clock.minute:
        return late
    return reading


def _with_half(first: Clock, last: Clock, end: int) -> Clock:
    """In "2 to 4pm" the half belongs to both, unless that would turn the span around."""
    if first.half or first.literal or last.half is None:
        return first
    shared = Clock(first.hour, first.minute, first.exact, half=last.half)
    return shared if minutes(shared) < end else first


def _clock(found: re.Match[str]) -> Clock | None:
    half: Literal["am", "pm"] | None = None
    if found["half"]:
        half = "am" if found["half"].startswith("a") else "pm"
    if found["named"]:
        return Clock(_NAMED[found["named"]], 0, exact=False, literal=True, vague=bool(found["ish"]))
    if found["rel"]:
        return _relative(found["rel"], _hour(found["relhour"]), half)
    if found["digits"]:
        return _digital(found, half)
    hour = _hour(found["word"])
    minute = table("minutes").value(found["wordminute"]) if found["wordminute"] else 0
    return Clock(
        hour,
        minute,
        exact=bool(found["wordminute"]),
        half=half,
        vague=bool(found["ish"]),
        weak=not (half or found["clock"] or found["ish"] or minute in _SURE_MINUTES),
    )


def _digital(found: re.Match[str], half: Literal["am", "pm"] | None) -> Clock | None:
    hour, minute = int(found["digits"]), int(found["minute"] or 0)
    if hour > 24 or (half and not 1 <= hour <= 12 and hour < 13) or (hour == 24 and minute):
        return None
    colon = found["colon"] or ""  # 10.50 may be a price, so with a dot it stays weak
    literal = not half and (hour > 12 or hour == 0 or found["digits"].startswith("0"))
    sure = half or colon in (":", "h") or found["clock"] or found["ish"]
    if hour == 24:
        hour = 0
    return Clock(
        hour,
        minute,
        exact=found["minute"] is not None,
        half=half,
        literal=literal,
        vague=bool(found["ish"]),
        weak=not sure,
    )


def _relative(words: str, hour: int, half: Literal["am", "pm"] | None) -> Clock:
    """ "half past four", "quarter to five", "ten past nine", "half four" (British, 4:30)."""
    count = re.match(r"\d+", words)
    if words.startswith("half"):
        minute = 30
    elif "quarter" in words:
        minute = 15
    else:
        minute = int(count[0]) if count else table("counts").value(words.split()[0])
    if re.search(r"\b(?:to|til|till|before|of)\s*$", words):
        hour, minute = (hour - 1 if hour > 1 else 12), 60 - minute
    return Clock(hour, minute % 60, exact=True, half=half)


def _hour(word: str) -> int:
    return int(word) if word.isdigit() else table("hours").value(word)


@cache
def _pattern() -> re.Pattern[str]:
    hours, minute = table("hours").fragment, table("minutes").fragment
    # In digits "10 to 4" is a span, so minutes before the hour need a word: "ten to four".
    worded = r"(?:five|ten|twenty|twenty five|twenty-five)(?:\s+min(?:ute)?s?)?"
    counted = rf"(?:\d{{1,2}}\s+min(?:ute)?s?|\d{{1,2}}(?=\s+past)|{worded})"
    return re.compile(
        rf"(?:(?P<named>noon(?:time)?|midday|midnight)(?=\b|ish)"
        rf"|(?P<rel>(?:half|(?:a\s+)?quarter|{counted})\s+(?:past|after|to|til|till|before)\s+"
        rf"|half\s+)(?P<relhour>1[0-2]|[1-9]|{hours})\b(?:\s*o'?clock)?"
        rf"|(?P<digits>[01]?\d|2[0-4])(?:(?P<colon>[:.h])(?P<minute>[0-5]\d)(?!\d))?"
        rf"(?![\d:/%]|[.,]\d)(?=\W|[ap]\.?\s?m?\b|ish|o'?c|$)"
        rf"|(?P<word>{hours})\b(?:[\s-]+(?P<wordminute>{minute})\b)?)"
        rf"(?:\s*(?P<clock>o'?\s?clock))?(?P<ish>-?\s?ish\b)?(?:\s*{_HALF})?"
        rf"(?P<ish2>-?\s?ish\b)?"
    )

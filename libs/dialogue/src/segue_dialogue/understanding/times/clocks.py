"""Reading clock times: 10:30, 3pm, half past four, halb vier, 15h30, noon, 3ish, and the bare 3.

A bare hour without am or pm is read between 07:00 and 19:59 in every language: 7 to 11 before noon,
12 as noon, 1 to 6 after noon. Seven could be either: it is 07:00, unless an evening is named beside
it or the day is today and seven has passed. A leading zero or an hour above 12 is 24-hour time.
"""

import re
from dataclasses import replace
from typing import Literal

from segue_dialogue.understanding.times.atoms import DAY_MINUTES, Clock, ClockSpan, Part
from segue_dialogue.understanding.times.clock_words import (
    clock_pattern,
    exact_lead,
    may_be_hour,
    military_pattern,
)
from segue_dialogue.understanding.times.vocabulary import Vocabulary

_SURE_MINUTES = (15, 30, 45)  # "six thirty" is a time, "three fifty" may be a price
_MOST_HOURS = (
    6  # what takes longer is seldom told in hours: "2 heures" may last, "9 heures" is nine
)
_LOOK_BACK = 16


def clock_at(plain: str, position: int, words: Vocabulary) -> tuple[Clock, int] | None:
    """The clock time at a position of the message, with where it ends."""
    found = clock_pattern(words.language).match(plain, position)
    if not found:
        return _military(plain, position, words)
    clock = _clock(found, words)
    if clock is None or (clock.weak and not may_be_hour(plain, found.end(), words)):
        return None
    return clock, found.end()


def _military(plain: str, position: int, words: Vocabulary) -> tuple[Clock, int] | None:
    found = military_pattern(words.language).match(plain, position)
    if not found:
        return None
    led = exact_lead(words.language).search(plain, max(0, position - _LOOK_BACK), position)
    if not found["unit"] and not (led and may_be_hour(plain, found.end(), words)):
        return None
    return Clock(int(found["hour"]), int(found["minute"]), exact=True, literal=True), found.end()


def span_minutes(span: ClockSpan, part: Part | None, *, passed: int = -1) -> tuple[int, int]:
    """A span of clock times as minutes of the day, [start, end)."""
    if span.start and span.end:
        end = minutes(span.end, part, passed=passed)
        start = minutes(_with_half(span.start, span.end, end), part, passed=passed)
        if end <= start and not span.end.half and not span.end.literal:
            end += 12 * 60
        return start, min(end, DAY_MINUTES) if start < min(end, DAY_MINUTES) else _midnight(start)
    if span.start:
        start = minutes(span.start, part, passed=passed)
        return start, part.end if part and part.end > start else _midnight(start)
    assert span.end is not None
    end = minutes(span.end, part, passed=passed)
    return (part.start if part and part.start < end else 0), end or DAY_MINUTES


def _midnight(start: int) -> int:
    """The end of the day, or of its last hour for what begins at midnight."""
    return max(DAY_MINUTES, start + 60)


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
    if part:
        return _hour_in(clock, part)
    hour = clock.hour
    reading = hour + 12 if 1 <= hour <= 6 else hour
    late = reading + 12
    if late < 24 and reading * 60 + clock.minute <= passed < late * 60 + clock.minute:
        return late
    return reading


def _hour_in(clock: Clock, part: Part) -> int:
    """The reading of an hour that lies in the part of the day named beside it, or is nearest."""
    early = clock.hour % 12
    for hour in (early, early + 12):
        if part.start <= hour * 60 + clock.minute < part.end:
            return hour
    if not part.is_late:
        return clock.hour
    return 24 if not early and part.is_night else early + 12


def _with_half(first: Clock, last: Clock, end: int) -> Clock:
    """In "2 to 4pm" the half belongs to both, unless that would turn the span around."""
    if first.half or first.literal or last.half is None:
        return first
    shared = Clock(first.hour, first.minute, first.exact, half=last.half)
    return shared if minutes(shared) < end else first


def _clock(found: re.Match[str], words: Vocabulary) -> Clock | None:
    half: Literal["am", "pm"] | None = "am" if found["am"] else "pm" if found["pm"] else None
    vague = bool(found["ish"] or found["ish_too"])
    if found["named"]:
        hour = words.named_hours.value(found["named"])
        return _moved(Clock(hour, 0, exact=False, literal=True, vague=vague), found, words)
    if found["lead"]:
        hour = _hour(found["leadhour"], words)
        whole = Clock(hour, 0, exact=True, half=half, literal=hour > 12)
        return _plus(whole, _lead_minutes(found, words))
    clock = _digital(found, half) if found["digits"] else _worded(found, words, half)
    if clock is None:
        return None
    if found["more"] and found["minute"] is None:
        clock = replace(clock, minute=_number(found["more"], words), exact=True)
    return _moved(replace(clock, vague=vague), found, words)


def _lead_minutes(found: re.Match[str], words: Vocabulary) -> int:
    """ "Half past", "quarter to", "halb", "12 past": what they add to the hour after them."""
    for group, sign in (("past", 1), ("to", -1)):
        if found[group] and (count := re.search(r"\d+", found[group])):
            return sign * int(count[0])
    return words.before_hour.value(found["lead"])


def _digital(found: re.Match[str], half: Literal["am", "pm"] | None) -> Clock | None:
    hour, minute = int(found["digits"]), int(found["minute"] or 0)
    if hour > 24 or (half and not 1 <= hour <= 12 and hour < 13) or (hour == 24 and minute):
        return None
    literal = not half and (hour > 12 or hour == 0 or found["digits"].startswith("0"))
    # 10.50 may be a price, so with a dot it stays weak.
    sure = half or (found["sep"] or ".").strip() != "." or _is_sure(found, hour)
    return Clock(hour % 24, minute, exact=found["minute"] is not None, half=half, literal=literal,
                 weak=not sure)  # fmt: skip


def _worded(found: re.Match[str], words: Vocabulary, half: Literal["am", "pm"] | None) -> Clock:
    said = words.hours.value(found["word"])
    hour, minute = int(said), round(said % 1 * 60)
    if found["wordminute"]:
        minute = words.minutes.value(found["wordminute"])
    sure = half or minute in _SURE_MINUTES or _is_sure(found, hour)
    return Clock(hour % 24, minute, exact=minute > 0 or bool(found["wordminute"]), half=half,
                 literal=hour > 12, weak=not sure)  # fmt: skip


def _is_sure(found: re.Match[str], hour: int) -> bool:
    if found["hours"] and (hour > _MOST_HOURS or found["more"]):
        return True
    return bool(found["oclock"] or found["ish"] or found["offset"])


def _moved(clock: Clock, found: re.Match[str], words: Vocabulary) -> Clock:
    """ "3 y media", "dix heures moins le quart": an hour and what the words after it add."""
    if not found["offset"]:
        return clock
    return _plus(replace(clock, exact=True), words.after_hour.value(found["offset"]))


def _plus(clock: Clock, minutes: int) -> Clock:
    """The clock so many minutes on; an hour before one is twelve."""
    total = clock.hour * 60 + clock.minute + minutes
    hour = total // 60 % 24
    return replace(clock, hour=hour if hour or clock.literal else 12, minute=total % 60)


def _hour(word: str, words: Vocabulary) -> int:
    return int(word) if word.isdigit() else int(words.hours.value(word))


def _number(word: str, words: Vocabulary) -> int:
    return int(word) if word.isdigit() else words.minutes.value(word)

"""Times that are counted from the one in hand: "the week after", "a day earlier"."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from segue_booking.domain.around import at_clock, exactly
from segue_booking.domain.choice import Wish
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.span import Span
from segue_booking.domain.vocabulary import ALWAYS, shifts, spoken, words


def read_shift(text: str, language: str = ALWAYS) -> tuple[timedelta | None, str]:
    """How far the words move the time in hand, and the text without them."""
    plain = text.lower()
    # Lower-casing may change the length of a text; then nothing can be cut out of it.
    if len(plain) != len(text):
        return None, text
    for code in spoken(language):
        for days, pattern in _patterns(code).items():
            if found := pattern.search(plain):
                rest = text[: found.start()] + " " + text[found.end() :]
                return timedelta(days=days), rest
    return None, text


@cache
def _patterns(language: str) -> dict[int, re.Pattern[str]]:
    """Only some words may follow: "the week after next" is counted from something else."""
    after, follows = words(language, "after_shift"), words(language, "follows_shift")
    ends = rf"(?: {after})?" if after else ""
    ends += rf"(?=\s*(?:$|[.,!?;)،؟।]|(?:{follows})(?!\w)))"
    return {
        days: re.compile(rf"(?<!\w)(?:{said}){ends}") for days, said in shifts(language).items()
    }


def shifted(
    starts: tuple[datetime, ...], by: timedelta, clock: datetime | None, zone: ZoneInfo
) -> Wish:
    """The wish for one start, moved, at its own time of day or that of `clock`; for several
    starts, for the day or the whole week that follows or goes before."""
    day = local_date(starts[0], zone) + by
    if clock or len(starts) == 1:
        return exactly(at_clock(day, clock or starts[0], zone))
    if abs(by) < timedelta(days=7):
        return Wish(_days(day, 1, zone), "day")
    return Wish(_days(day - timedelta(days=day.weekday()), 7, zone), "week")


def _days(first: date, count: int, zone: ZoneInfo) -> Span:
    return Span(moment(first, 0, zone), moment(first + timedelta(days=count), 0, zone))

"""Times that are counted from the one in hand: "the week after", "a day earlier"."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from segue_booking.domain.around import at_clock, exactly
from segue_booking.domain.choice import Wish
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.span import Span

_DAYS = {"day": 1, "día": 1, "dia": 1, "week": 7, "semana": 7, "fortnight": 14}
_BACK = ("before", "earlier", "antes")
# "The week after next" and "the day after the fair" are counted from something else.
_ENDS = (
    r"(?: (?:that|this|it|then|one))?(?=\s*(?:$|[.,!?;)]"
    r"|(?:please|pls|instead|if|would|works?|at|same|around|thanks|ok|maybe|perhaps"
    r"|por favor|a las)"
    r"(?!\w)))"
)
_UNIT = "|".join(_DAYS)
_SHIFT = re.compile(
    rf"(?<!\w)(?:(?:the |a |one |la |el |una |un )?(?P<unit>{_UNIT}) "
    r"(?P<way>after|later|before|earlier|después|despues|siguiente|más tarde|antes)"
    rf"|(?:the )?following (?P<next>{_UNIT})){_ENDS}"
)


def read_shift(text: str) -> tuple[timedelta | None, str]:
    """How far the words move the time in hand, and the text without them."""
    plain = text.lower()
    found = _SHIFT.search(plain)
    # Lower-casing may change the length of a text; then nothing can be cut out of it.
    if found is None or len(plain) != len(text):
        return None, text
    days = _DAYS[found["unit"] or found["next"]]
    rest = text[: found.start()] + " " + text[found.end() :]
    return timedelta(days=-days if found["way"] in _BACK else days), rest


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

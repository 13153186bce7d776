"""Times counted from another one: the same clock on another day, and earlier or later than it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from segue_booking.domain.choice import Wish
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.span import Span

# How far "earlier" and "later" reach; the latter over a weekend.
_BEFORE, _AFTER = timedelta(days=14), timedelta(days=3)
# After days that don't suit, as many others are looked at.
_OTHER_DAYS = timedelta(days=5)
_MINUTE = timedelta(minutes=1)


def at_clock(day: date, clock: datetime, zone: ZoneInfo) -> datetime:
    """The local `day`, at the time of day that `clock` shows in `zone`."""
    wall = clock.astimezone(zone)
    return moment(day, wall.hour * 60 + wall.minute, zone)


def exactly(start: datetime) -> Wish:
    """A wish for this very start."""
    return Wish(Span(start, start + _MINUTE), "minute")


def around(start: datetime, now: datetime, *, earlier: bool) -> Wish:
    """A wish for something before `start`, or after it."""
    if earlier and start > now:
        return Wish(Span(max(now, start - _BEFORE), start), "week")
    after = start + _MINUTE
    return Wish(Span(after, after + _AFTER), "week")


def rest_of_today(now: datetime, zone: ZoneInfo) -> Wish:
    """A wish for any time that is left of the local day."""
    return Wish(Span(now, moment(local_date(now, zone) + timedelta(days=1), 0, zone)), "day")


def days_after(end: datetime) -> Wish:
    """A wish for the days that follow."""
    return Wish(Span(end, end + _OTHER_DAYS), "week")

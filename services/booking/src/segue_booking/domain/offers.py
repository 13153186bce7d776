"""Which of the offered slots an answer means."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from segue_booking.domain.heard import Heard, Named
from segue_booking.domain.span import utc


def fitting(offered: Sequence[datetime], heard: Heard, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The offered starts that an ordinal or a named time fits, in order of time."""
    if heard.ordinal is not None:
        index = heard.ordinal - 1 if heard.ordinal > 0 else heard.ordinal
        return (offered[index],) if -len(offered) <= index < len(offered) else ()
    return tuple(start for start in offered if any(_fits(start, t, zone) for t in heard.times))


def _fits(start: datetime, named: Named, zone: ZoneInfo) -> bool:
    """ "At 10:30" fits an offer at that time on any day; "Tuesday at 10:30" only on its day."""
    window = named.wish.window
    if named.exact:
        if named.names_day:
            return utc(start) == window.start
        return _clock(start, zone) == _clock(window.start, zone)
    if named.names_day or not _within_a_day(named, zone):
        return window.start <= utc(start) < window.end
    opens, closes = _clock(window.start, zone), _clock(window.end, zone)
    return opens <= _clock(start, zone) and (_clock(start, zone) < closes or closes == time())


def _clock(moment: datetime, zone: ZoneInfo) -> time:
    return moment.astimezone(zone).time()


def _within_a_day(named: Named, zone: ZoneInfo) -> bool:
    return named.wish.grain in ("minute", "hour", "part_of_day")

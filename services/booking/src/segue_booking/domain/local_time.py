"""The moment at which a wall clock first reads a given time, also where clocks change.

Three cases, all one rule, "the first moment at which the clock has reached it":

- an ordinary time is that moment;
- a time that a change to summer time skips is the moment of the change (a shop that opens at
  02:30 on the day when 02:00 becomes 03:00 opens at 03:00);
- a time that a change to winter time doubles is the first of the two.

So later wall times never give earlier moments, opening hours never turn inside out, and hours
that lie wholly in a skipped stretch are empty that day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """UTC moment of `minutes` (0 to 1440) after midnight of the local `day`."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    # In a skipped stretch, fold=0 counts with the offset before the change and lands after it,
    # fold=1 the other way round (PEP 495): the two are in the wrong order only there.
    return _change_between(second, first, zone) if second < first else first


def local_date(when: datetime, zone: ZoneInfo) -> date:
    """The date that a calendar on the wall shows at `when`."""
    return when.astimezone(zone).date()


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes in `(before, after]`."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after

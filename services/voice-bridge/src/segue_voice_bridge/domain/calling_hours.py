"""The hours in which a lead may be phoned, on every clock that may be theirs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from segue_common.tenants import DayHours

# Every zone opens once a day; if no common hour comes in this time, none ever does.
LOOK_AHEAD_DAYS = 8


def is_open(now: datetime, zones: Sequence[str], hours: DayHours) -> bool:
    """Whether it is within `hours` in all the zones at once."""
    return all(hours.start <= now.astimezone(ZoneInfo(zone)).time() < hours.end for zone in zones)


def next_opening(now: datetime, zones: Sequence[str], hours: DayHours) -> datetime | None:
    """The first moment from `now` on that is within `hours` in all zones; None if there is none.

    A common stretch can only begin where one of the zones opens.
    """
    if is_open(now, zones, hours):
        return now
    openings = sorted(
        moment for zone in zones for moment in _openings(now, ZoneInfo(zone), hours) if moment > now
    )
    return next((moment for moment in openings if is_open(moment, zones, hours)), None)


def _openings(now: datetime, zone: ZoneInfo, hours: DayHours) -> list[datetime]:
    first: date = now.astimezone(zone).date()
    return [
        datetime.combine(first + timedelta(days=day), hours.start, zone).astimezone(UTC)
        for day in range(LOOK_AHEAD_DAYS)
    ]

"""When a record that could not be delivered is tried again."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
# A CRM that asks for more patience than this gets this much.
LONGEST_RETRY_AFTER = timedelta(minutes=30)


def next_try(now: datetime, tries: int, retry_after: timedelta | None) -> datetime | None:
    """When to try again after so many tries, or None to give up.

    The wait doubles each time, and is never shorter than what the CRM asked for.
    """
    if tries >= MOST_TRIES:
        return None
    wait: timedelta = min(FIRST_WAIT * 2.0 ** (tries - 1), LONGEST_WAIT)
    return now + max(wait, min(retry_after or wait, LONGEST_RETRY_AFTER))


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` in seconds or as a date (RFC 9110, 10.2.3); None if absent or unreadable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return timedelta(seconds=min(int(value), int(LONGEST_RETRY_AFTER.total_seconds())))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(moment - now, timedelta(0))

"""The one place that reads the clock; everything else is given the time.

`SEGUE_CLOCK_OFFSET_SECONDS=-3600` has a process believe that it is an hour earlier, so that tests
can see what a wrong clock does.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

_offset = timedelta(seconds=float(os.environ.get("SEGUE_CLOCK_OFFSET_SECONDS", "0")))


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC) + _offset

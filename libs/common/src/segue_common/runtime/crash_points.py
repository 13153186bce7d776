"""Named places where a test may kill the process, so that every gap between effects is tried.

`SEGUE_CRASH_AT="router:after_commit:3"` kills the router with SIGKILL the third time that it
gets there. Unset, as in production, a point costs one comparison.
"""

import os
import signal
from typing import Literal

CrashPoint = Literal[
    "after_claim", "after_carrier_accept", "after_commit", "after_publish", "before_offset_commit"
]  # fmt: skip

_service, _point, _count = (os.environ.get("SEGUE_CRASH_AT", "") + "::").split(":")[:3]
_left = int(_count or 1)


def reached(service: str, point: CrashPoint) -> None:
    """Die here if this is the place that `SEGUE_CRASH_AT` names."""
    global _left
    if point != _point or service != _service:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

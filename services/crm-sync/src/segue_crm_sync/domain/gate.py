"""When a tenant's CRM may be called: a few calls at once, and none while it is down.

Without it one slow or broken CRM would take all the places in which every tenant's work is done.
"""

from dataclasses import dataclass

# Calls at once to one tenant's CRM, of the places that all tenants share.
AT_ONCE = 4
FAILURES_TO_OPEN = 5
OPEN_SECONDS = 30.0
# How long a call is expected to take before one was measured, and how fast the measure follows.
EXPECTED_SECONDS = 0.5
SMOOTHING = 0.3
LEAST_WAIT_SECONDS = 0.05


@dataclass
class TenantGate:
    """One tenant's; times are seconds of one monotonic clock."""

    running: int = 0
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False
    usual_seconds: float = EXPECTED_SECONDS
    next_free: float = 0.0

    def enter(self, now: float) -> float:
        """0 if the call may go out now, else how many seconds to wait before asking again.

        Those who wait are sent to different moments, so that they don't all come back at once.
        """
        if self._is_admitted(now):
            self.running += 1
            self.probing = self.failures >= FAILURES_TO_OPEN
            return 0.0
        first = max(now, self.open_until, self.next_free)
        self.next_free = first + self.usual_seconds / AT_ONCE
        return max(self.next_free - now, LEAST_WAIT_SECONDS)

    def leave(self, now: float, seconds: float, *, failed: bool) -> None:
        """A call has ended; `failed`: the CRM was down, as opposed to unwilling."""
        self.running -= 1
        self.probing = False
        self.usual_seconds += SMOOTHING * (seconds - self.usual_seconds)
        self.failures = self.failures + 1 if failed else 0
        if self.failures >= FAILURES_TO_OPEN:
            self.open_until = now + OPEN_SECONDS

    def _is_admitted(self, now: float) -> bool:
        if self.failures >= FAILURES_TO_OPEN:
            # Down until a single call has come through.
            return now >= self.open_until and not self.probing and self.running == 0
        return self.running < AT_ONCE

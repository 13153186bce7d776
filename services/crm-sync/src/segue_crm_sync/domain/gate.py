"""When a tenant's CRM may be called: a few calls at once, and none while it is down.

Without it one slow or broken CRM would take all the places in which every tenant's work is done.
"""

from dataclasses import dataclass, field

from segue_common.breaker import Breaker

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
    breaker: Breaker = field(default_factory=lambda: Breaker(FAILURES_TO_OPEN, OPEN_SECONDS))
    usual_seconds: float = EXPECTED_SECONDS
    next_free: float = 0.0

    def enter(self, now: float) -> float:
        """0 if the call may go out now, else how many seconds to wait before asking again.

        Those who wait are sent to different moments, so that they don't all come back at once.
        """
        admitted = self.breaker.admit(now) if self.running < AT_ONCE else None
        if admitted is not None:
            self.breaker = admitted
            self.running += 1
            return 0.0
        first = max(now, self._closed_until(), self.next_free)
        self.next_free = first + self.usual_seconds / AT_ONCE
        return max(self.next_free - now, LEAST_WAIT_SECONDS)

    def leave(self, now: float, seconds: float, *, failed: bool) -> None:
        """A call has ended; `failed`: the CRM was down, as opposed to unwilling."""
        self.running -= 1
        self.usual_seconds += SMOOTHING * (seconds - self.usual_seconds)
        breaker = self.breaker
        self.breaker = breaker.after_failure(now) if failed else breaker.after_success()

    def _closed_until(self) -> float:
        opened_at = self.breaker.opened_at
        return 0.0 if opened_at is None else opened_at + OPEN_SECONDS

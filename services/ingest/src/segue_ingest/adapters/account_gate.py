"""Leaves an account whose carrier is away alone, until one try shows that it is back."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from segue_common.breaker import Breaker

FAILURES = 5
OPEN_SECONDS = 10.0
AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Closed:
    """The account takes nothing now; it is worth asking again after `seconds`."""

    reason: str
    seconds: float


class AccountGate:
    """A circuit breaker for each account; `seconds` is a monotonic clock."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._breakers: defaultdict[str, Breaker] = defaultdict(
            lambda: Breaker(failures=FAILURES, open_seconds=OPEN_SECONDS)
        )

    def enter(self, account: str) -> Closed | None:
        """Let a request through, or say why not; whoever is let through must `leave`."""
        now, before = self._seconds(), self._breakers[account]
        admitted = before.admit(now)
        if admitted is None:
            left = (before.opened_at or now) + OPEN_SECONDS - now
            return Closed("the carrier is away", max(left, AGAIN_SECONDS))
        self._breakers[account] = admitted
        return None

    def leave(self, account: str, *, well: bool) -> None:
        """Report how the request went: `well` if the carrier answered, whatever it said."""
        before = self._breakers[account]
        self._breakers[account] = (
            before.after_success() if well else before.after_failure(self._seconds())
        )

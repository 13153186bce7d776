"""Keeps one ailing or busy account from holding the job slots that the others need."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from segue_common.breaker import Breaker

FAILURES = 5
OPEN_SECONDS = 10.0


BUSY_SECONDS = 1.0


@dataclass(frozen=True)
class Closed:
    """The account takes nothing now; it is worth asking again after `seconds`."""

    reason: str
    seconds: float


class AccountGate:
    """A circuit breaker and a limit of simultaneous requests for each account.

    `seconds` is a monotonic clock.
    """

    def __init__(self, most: int, seconds: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._in_hand: defaultdict[str, int] = defaultdict(int)
        self._breakers: defaultdict[str, Breaker] = defaultdict(
            lambda: Breaker(failures=FAILURES, open_seconds=OPEN_SECONDS)
        )

    def enter(self, account: str) -> Closed | None:
        """Let a request through, or say why not; whoever is let through must `leave`."""
        if self._in_hand[account] >= self._most:
            return Closed("the account is busy", BUSY_SECONDS)
        now, before = self._seconds(), self._breakers[account]
        admitted = before.admit(now)
        if admitted is None:
            left = (before.opened_at or now) + OPEN_SECONDS - now
            return Closed("the carrier is away", max(left, BUSY_SECONDS))
        self._breakers[account] = admitted
        self._in_hand[account] += 1
        return None

    def leave(self, account: str, *, well: bool) -> None:
        """Report how the request went: `well` if the carrier answered, whatever it said."""
        self._in_hand[account] -= 1
        before = self._breakers[account]
        self._breakers[account] = (
            before.after_success() if well else before.after_failure(self._seconds())
        )

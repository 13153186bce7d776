"""Keeps one ailing or busy account from holding the job slots that the others need."""

from collections import defaultdict
from collections.abc import Callable

from segue_common.breaker import Breaker

FAILURES = 5
OPEN_SECONDS = 10.0


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

    def enter(self, account: str) -> str | None:
        """Let a request through, or say why not; whoever is let through must `leave`."""
        if self._in_hand[account] >= self._most:
            return "the account is busy"
        admitted = self._breakers[account].admit(self._seconds())
        if admitted is None:
            return "the carrier is away"
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

"""What every carrier's adapter offers, and how a carrier can fail."""

from datetime import datetime, timedelta
from typing import Protocol

from segue_ingest.domain.delivery import Outgoing

# A carrier that takes longer is treated as silent.
DEADLINE_SECONDS = 10.0
CONNECT_SECONDS = 3.0


class CarrierError(Exception):
    """A carrier didn't take a message."""


class Refused(CarrierError):
    """It won't ever take this message; `code` is the carrier's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(CarrierError):
    """It did nothing, and asks for patience; `asked` is its Retry-After.

    `ailing` says whether the carrier itself is in trouble, rather than merely busy.
    """

    def __init__(
        self, reason: str, *, asked: timedelta | None = None, ailing: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.asked = asked
        self.ailing = ailing


class NoAnswer(CarrierError):
    """Nobody knows whether it took the message: it must be asked before anything else."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Carrier(Protocol):
    """One account at one carrier."""

    provider: str
    # Accounts fail one by one: each has a circuit breaker of its own.
    account: str
    # How long after a request its own records can be trusted to show what became of it.
    settles: timedelta

    async def send(self, message: Outgoing) -> str:
        """Hand a message over; returns the carrier's ID. Raises a `CarrierError`."""
        ...

    async def find(self, message: Outgoing, since: datetime) -> list[str]:
        """Carrier IDs of messages since then that may be this one, the likeliest first. Raises
        `TryLater` or `NoAnswer`."""
        ...


def retry_after(value: str | None) -> timedelta | None:
    """The seconds of a Retry-After header; its date form, which no carrier uses, is ignored."""
    if value and value.strip().isdigit():
        return timedelta(seconds=int(value.strip()[:6]))
    return None

"""A booking: a slot that is held or booked for somebody, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from segue_booking.domain.span import Span

Source = Literal["chat", "call", "api"]


class State(StrEnum):
    """Only `held` and `booked` take time from others."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who the meeting is with; personal data. `phone` is E.164."""

    contact_id: UUID | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None


NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class Former:
    """Where a meeting was before it was last moved."""

    meeting: Span
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A booking to be made. `booking_id` comes from what caused it: the same request, the same ID.

    `time_zone` is the one in which the person is told the time.
    """

    booking_id: UUID
    tenant: str
    source: Source
    time_zone: str
    conversation_id: UUID | None = None
    contact: Contact = NOBODY


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking as the books have it; `revision` counts its changes from 0 (SEQUENCE in ICS)."""

    booking_id: UUID
    tenant: str
    conversation_id: UUID | None
    service: str
    meeting: Span
    resources: tuple[str, ...]
    time_zone: str
    state: State
    source: Source
    contact: Contact
    revision: int
    created_at: datetime
    changed_at: datetime
    booked_at: datetime | None
    hold_expires_at: datetime | None
    previous: Former | None

    def active(self, now: datetime) -> bool:
        """Whether it takes time from others at `now`."""
        return self.state is State.BOOKED or (self.state is State.HELD and not self.lapsed(now))

    def lapsed(self, now: datetime) -> bool:
        """Whether it is a hold that ran out, be it marked as expired yet or not."""
        if self.state is State.EXPIRED:
            return True
        return self.hold_expires_at is not None and self.hold_expires_at <= now

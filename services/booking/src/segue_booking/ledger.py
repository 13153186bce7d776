"""Publishes what was written into the books: one event for each change, in its conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from segue_common.decisions import TIMER, timer
from segue_common.events import (
    Event,
    EventData,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    derived_id,
    root_event,
)
from segue_common.events.bookings import BookedBy
from segue_common.runtime.transaction import Transaction

from segue_booking.contract import booked_slot, previous_slot, shared_contact
from segue_booking.domain.bookings import Booking
from segue_booking.domain.calendar import Calendar
from segue_booking.internal_events import HoldDue
from segue_booking.store.outcomes import Written


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes down, for one event and its tenant, what the desk did; `request_id` of a command."""

    work: Transaction
    cause: Event[EventData]
    calendar: Calendar
    by: BookedBy
    request_id: UUID | None = None

    def held(self, written: Written) -> None:
        """A slot is kept, and given back when its time is over."""
        booking = written.booking
        expires_at = booking.hold_expires_at
        if expires_at is None:
            raise ValueError(f"booking {booking.booking_id} is not a hold")
        self.gave_way(written.lapsed)
        slot = booked_slot(self.calendar, booking)
        held = MeetingHeld(booking_id=booking.booking_id, slot=slot, expires_at=expires_at)
        self.work.emit(held, self.cause)
        due = HoldDue(booking_id=booking.booking_id)
        self.work.schedule(timer(timer_key(booking.booking_id), expires_at, due), self.cause)

    def booked(self, written: Written, note: str = "") -> EventData:
        """A meeting stands."""
        booking = written.booking
        self.gave_way(written.lapsed)
        self._forget_timer(booking.booking_id)
        data = MeetingBooked(
            booking_id=booking.booking_id,
            slot=booked_slot(self.calendar, booking),
            by=self.by,
            contact=shared_contact(booking.contact),
            note=note,
            request_id=self.request_id,
        )
        return self.tell(data)

    def moved(self, written: Written) -> EventData:
        """A meeting is at another time."""
        booking = written.booking
        self.gave_way(written.lapsed)
        data = MeetingMoved(
            booking_id=booking.booking_id,
            slot=booked_slot(self.calendar, booking),
            previous=previous_slot(self.calendar, booking),
            by=self.by,
            request_id=self.request_id,
        )
        return self.tell(data)

    def cancelled(self, booking: Booking) -> EventData:
        """A meeting is off."""
        data = MeetingCancelled(
            booking_id=booking.booking_id,
            slot=booked_slot(self.calendar, booking),
            by=self.by,
            request_id=self.request_id,
        )
        return self.tell(data)

    def gave_way(self, lapsed: Iterable[Booking]) -> None:
        """Holds that had run out lost their time to this one."""
        for booking in lapsed:
            self.released(booking, "expired")

    def released(
        self, booking: Booking, reason: Literal["expired", "declined", "replaced"]
    ) -> None:
        """A held slot is free again; told in the conversation that held it, whoever caused it."""
        self._forget_timer(booking.booking_id)
        if booking.conversation_id is None:
            return
        data = HoldReleased(booking_id=booking.booking_id, reason=reason)
        index = f"{booking.booking_id} {booking.revision}"
        self._publish(data, derived_id(self.cause.id, data.TYPE, index), booking.conversation_id)

    def tell(self, data: EventData) -> EventData:
        """Publish an answer. That of a command has an ID made of the request's: asked again, the
        same event goes out again, and whoever has it already passes over it."""
        if self.request_id is None:
            self.work.emit(data, self.cause)
        else:
            self._publish(data, derived_id(self.request_id, data.TYPE), self.cause.subject)
        return data

    def _publish(self, data: EventData, event_id: UUID, conversation_id: UUID) -> None:
        event = root_event(
            data,
            id=event_id,
            source=self.work.source,
            tenant=self.cause.tenant,
            conversation_id=conversation_id,
            time=self.work.now,
        )
        self.work.publish(event.model_copy(update={"causationid": self.cause.id}))

    def _forget_timer(self, booking_id: UUID) -> None:
        self.work.cancelled_jobs.append((TIMER, timer_key(booking_id)))


def timer_key(booking_id: UUID) -> str:
    """The key of the timer that ends a hold."""
    return f"hold {booking_id}"

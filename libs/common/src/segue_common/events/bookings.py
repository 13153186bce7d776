"""Offers, holds and meetings, and what a call asks of the calendar."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from segue_common.events import topics
from segue_common.events.envelope import EventData
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Contact, Slot, TimeWish

BookedBy = Literal["chat", "call", "api"]
BookingRefusal = Literal["taken", "not_offered", "unknown_service", "unknown_booking", "too_late"]


class SlotsWanted(EventData, type="segue.booking.slots_wanted.v1", topic=topics.BOOKING_COMMANDS):
    """Command: which slots are there? `wishes` empty means the next ones."""

    request_id: UUID
    service: str | None = None
    wishes: tuple[TimeWish, ...] = ()


class BookingWanted(EventData, type="segue.booking.wanted.v1", topic=topics.BOOKING_COMMANDS):
    """Command: book this slot; if the conversation has a meeting already, move it there."""

    request_id: UUID
    service: str
    starts_at: AwareDatetime
    contact: Contact


class CancellationWanted(
    EventData, type="segue.booking.cancellation_wanted.v1", topic=topics.BOOKING_COMMANDS
):
    """Command: cancel the conversation's meeting."""

    request_id: UUID


class SlotsOffered(EventData, type="segue.booking.slots_offered.v1", topic=topics.BOOKINGS):
    """Answer to `SlotsWanted`, or what the booking agent offered in a turn.

    `as_wished` is false where nothing was free in the wished times and these are the nearest.
    """

    request_id: UUID
    slots: tuple[Slot, ...]
    as_wished: bool


class BookingRefused(EventData, type="segue.booking.refused.v1", topic=topics.BOOKINGS):
    """A booking that could not be made, with what is free instead."""

    request_id: UUID
    reason: BookingRefusal
    alternatives: tuple[Slot, ...] = ()


class MeetingHeld(EventData, type="segue.booking.held.v1", topic=topics.BOOKINGS):
    """A slot is kept for the lead until `expires_at`."""

    booking_id: UUID
    slot: Slot
    expires_at: AwareDatetime


class HoldReleased(EventData, type="segue.booking.hold_released.v1", topic=topics.BOOKINGS):
    """A held slot is free again."""

    booking_id: UUID
    reason: Literal["expired", "declined", "replaced"]


class MeetingBooked(EventData, type="segue.booking.booked.v1", topic=topics.BOOKINGS):
    """A meeting stands in the calendar."""

    booking_id: UUID
    slot: Slot
    by: BookedBy
    contact: Contact | None = None
    note: PersonalText = ""
    request_id: UUID | None = None


class MeetingMoved(EventData, type="segue.booking.moved.v1", topic=topics.BOOKINGS):
    """A meeting was rescheduled."""

    booking_id: UUID
    slot: Slot
    previous: Slot
    by: BookedBy
    request_id: UUID | None = None


class MeetingCancelled(EventData, type="segue.booking.cancelled.v1", topic=topics.BOOKINGS):
    """A meeting was cancelled."""

    booking_id: UUID
    slot: Slot
    by: BookedBy
    request_id: UUID | None = None

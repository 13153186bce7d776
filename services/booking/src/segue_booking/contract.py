"""The calendar's slots, bookings and people as the events of the contract write them."""

from segue_common.events import Contact as SharedContact
from segue_common.events import Slot as SharedSlot
from segue_common.events import TimeWish
from segue_common.events.bookings import BookingRefusal

from segue_booking.domain.availability import Reason
from segue_booking.domain.bookings import Booking, Contact
from segue_booking.domain.calendar import Calendar
from segue_booking.domain.choice import Wish
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Span

# What somebody who asked for a time can do with the reason; the finer ones are for our own words.
REFUSALS: dict[Reason, BookingRefusal] = {
    Reason.PAST: "too_late",
    Reason.TOO_SOON: "too_late",
    Reason.TOO_FAR: "not_offered",
    Reason.CLOSED: "not_offered",
    Reason.OFF_GRID: "not_offered",
    Reason.TAKEN: "taken",
    Reason.UNKNOWN_SERVICE: "unknown_service",
    Reason.UNKNOWN_BOOKING: "unknown_booking",
    Reason.ENDED: "unknown_booking",
}


def shared_slot(calendar: Calendar, slot: Slot) -> SharedSlot:
    """A free slot."""
    return _shared(calendar, slot.service, slot.meeting, slot.resources, calendar.zone.key)


def booked_slot(calendar: Calendar, booking: Booking) -> SharedSlot:
    """The time that a booking has."""
    return _shared(calendar, booking.service, booking.meeting, booking.resources, booking.time_zone)


def previous_slot(calendar: Calendar, booking: Booking) -> SharedSlot:
    """The time that a moved booking had before; its present one if it never moved."""
    before = booking.previous
    if before is None:
        return booked_slot(calendar, booking)
    return _shared(calendar, booking.service, before.meeting, before.resources, booking.time_zone)


def shared_contact(contact: Contact) -> SharedContact | None:
    """Who a booking is with, where the person is a contact of ours."""
    if contact.contact_id is None:
        return None
    return SharedContact(
        contact_id=contact.contact_id, name=contact.name, phone=contact.phone, email=contact.email
    )


def own_contact(contact: SharedContact) -> Contact:
    """A contact of the contract as the books keep it."""
    return Contact(contact.contact_id, contact.name, contact.phone, contact.email)


def own_wish(wish: TimeWish) -> Wish | None:
    """A wish of the contract; one without any length is no wish."""
    return Wish(Span(wish.start, wish.end), wish.grain) if wish.start < wish.end else None


def _shared(
    calendar: Calendar, service_id: str, meeting: Span, resources: tuple[str, ...], zone: str
) -> SharedSlot:
    service = calendar.service(service_id)
    return SharedSlot(
        service=service_id,
        service_name=service.name if service else service_id,
        starts_at=meeting.start,
        ends_at=meeting.end,
        time_zone=zone,
        resources=resources,
    )

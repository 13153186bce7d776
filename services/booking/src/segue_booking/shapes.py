"""Slots and bookings as JSON."""

from zoneinfo import ZoneInfo

from pydantic import JsonValue

from segue_booking.domain.bookings import Booking
from segue_booking.domain.calendar import Calendar
from segue_booking.domain.slots import Slot


def slot_json(calendar: Calendar, slot: Slot, zone: ZoneInfo) -> dict[str, JsonValue]:
    """`{"service", "starts_at", "ends_at", "time_zone"}`, times in `zone`."""
    return {
        "service": slot.service,
        "service_name": _name(calendar, slot.service),
        "starts_at": slot.start.astimezone(zone).isoformat(),
        "ends_at": slot.end.astimezone(zone).isoformat(),
        "time_zone": zone.key,
    }


def booking_json(calendar: Calendar, booking: Booking) -> dict[str, JsonValue]:
    """A booking with its contact; times in the booking's own zone."""
    zone = ZoneInfo(booking.time_zone)
    expires, contact = booking.hold_expires_at, booking.contact
    return {
        "id": str(booking.booking_id),
        "conversation_id": str(booking.conversation_id) if booking.conversation_id else None,
        "service": booking.service,
        "service_name": _name(calendar, booking.service),
        "starts_at": booking.meeting.start.astimezone(zone).isoformat(),
        "ends_at": booking.meeting.end.astimezone(zone).isoformat(),
        "time_zone": booking.time_zone,
        "resources": list(booking.resources),
        "state": booking.state.value,
        "source": booking.source,
        "contact": {"name": contact.name, "phone": contact.phone, "email": contact.email},
        "revision": booking.revision,
        "created_at": booking.created_at.isoformat(),
        "changed_at": booking.changed_at.isoformat(),
        "hold_expires_at": expires.isoformat() if expires else None,
    }


def _name(calendar: Calendar, service_id: str) -> str:
    service = calendar.service(service_id)
    return service.name if service else service_id

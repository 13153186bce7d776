"""Bookings as an iCalendar feed (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from segue_booking.domain.bookings import Booking, State

PRODUCT = "-//Segue//Booking//EN"

# Content lines are folded after 75 octets, not counting the line break (section 3.1).
MAX_OCTETS = 75

_STATUS = {
    State.BOOKED: "CONFIRMED",
    State.HELD: "TENTATIVE",
    State.CANCELLED: "CANCELLED",
    State.EXPIRED: "CANCELLED",
}


def ics(name: str, bookings: Iterable[tuple[Booking, str]]) -> str:
    """The feed called `name`, of bookings each with the line that describes it.

    Times are UTC, which every client shows in its own zone and no clock change can blur. The
    caller words the summary, so that it decides which personal data leaves with a feed.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for booking, summary in bookings:
        lines += _event(booking, summary)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(booking: Booking, summary: str) -> Iterator[str]:
    taken = booking.state in (State.BOOKED, State.HELD)
    yield "BEGIN:VEVENT"
    # The UID stays while a meeting moves: clients then move it, guided by SEQUENCE.
    yield f"UID:{booking.booking_id}"
    # In a published feed DTSTAMP is when the information was last revised (section 3.8.7.2).
    yield f"DTSTAMP:{_time(booking.changed_at)}"
    yield f"CREATED:{_time(booking.created_at)}"
    yield f"LAST-MODIFIED:{_time(booking.changed_at)}"
    yield f"SEQUENCE:{booking.revision}"
    yield f"DTSTART:{_time(booking.meeting.start)}"
    yield f"DTEND:{_time(booking.meeting.end)}"
    yield f"STATUS:{_STATUS[booking.state]}"
    yield f"TRANSP:{'OPAQUE' if taken else 'TRANSPARENT'}"
    yield f"SUMMARY:{_text(summary)}"
    yield "END:VEVENT"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11): escaped, and without the control characters it can't hold."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c for c in lines if c in "\n\t" or not (ord(c) < 32 or ord(c) == 127))
    escaped = clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, cut between characters; later ones open with " "."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > MAX_OCTETS:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part

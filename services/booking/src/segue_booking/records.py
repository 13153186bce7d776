"""A conversation's own bookings: the meeting that stands, and the hold that waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.runtime.database import Connection

from segue_booking.domain.bookings import Booking, State
from segue_booking.store.reading import by_conversation


@dataclass(frozen=True, slots=True)
class Records:
    """`meeting` is booked and not over; `hold` takes time from others, `meeting` too."""

    meeting: Booking | None = None
    hold: Booking | None = None


async def records_of(
    conn: Connection, tenant: str, conversation_id: UUID, now: datetime
) -> Records:
    """What the books say; of several meetings the one that was made last."""
    bookings = await by_conversation(conn, tenant, conversation_id)
    booked = [b for b in bookings if b.state is State.BOOKED and b.meeting.end > now]
    held = [b for b in bookings if b.state is State.HELD and b.active(now)]
    return Records(booked[-1] if booked else None, held[-1] if held else None)

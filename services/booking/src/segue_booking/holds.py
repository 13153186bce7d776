"""Holds that nobody confirmed in time."""

from segue_common.decisions import timer
from segue_common.events import Event, EventData
from segue_common.runtime.transaction import Transaction

from segue_booking.domain.bookings import State
from segue_booking.domain.calendar import Calendar
from segue_booking.internal_events import HoldDue
from segue_booking.ledger import Ledger, timer_key
from segue_booking.store import books
from segue_booking.store.reading import by_id


async def end_hold(
    work: Transaction, event: Event[EventData], due: HoldDue, calendar: Calendar
) -> None:
    """Free the hold and tell of it, unless it was confirmed or gave way meanwhile."""
    expired = await books.expire(work.conn, event.tenant, due.booking_id, work.now)
    if expired is not None:
        Ledger(work, event, calendar, by="chat").released(expired, "expired")
        return
    hold = await by_id(work.conn, event.tenant, due.booking_id)
    if hold and hold.state is State.HELD and hold.hold_expires_at:
        # The database's clock, which timers go by, was ahead of ours.
        work.schedule(timer(timer_key(due.booking_id), hold.hold_expires_at, due), event)

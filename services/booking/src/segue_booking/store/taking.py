"""Taking time from resources: all that a slot needs or nothing, and lapsed holds give way."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import ExclusionViolation

from segue_booking.domain.bookings import Booking, State
from segue_booking.domain.slots import Slot
from segue_booking.store import queries
from segue_booking.store.outcomes import Taken, Written
from segue_booking.store.reading import bookings, fetch


async def take(
    conn: AsyncConnection[object],
    tenant: str,
    slot: Slot,
    now: datetime,
    write: Callable[[], Awaitable[Written]],
) -> Written | Taken:
    """Run `write`, which allocates `slot`, once more if lapsed holds were in its way.

    Savepoints keep the caller's transaction alive, and undo everything if the slot stays taken,
    the released holds included: they are left to `release_expired`, which reports them.
    """
    try:
        async with conn.transaction():
            try:
                async with conn.transaction():
                    return await write()
            except ExclusionViolation:
                lapsed = await _release_in_the_way(conn, tenant, slot, now)
                if not lapsed:
                    raise
                return replace(await write(), lapsed=lapsed)
    except ExclusionViolation:
        return Taken()


async def allocate(
    conn: AsyncConnection[object],
    booking: Booking,
    slot: Slot,
    now: datetime,
) -> None:
    """Take the slot's resources for the booking, in its state; raises `ExclusionViolation`."""
    await fetch(
        conn,
        queries.INSERT_ALLOCATIONS,
        {
            "tenant": booking.tenant,
            "id": booking.booking_id,
            "resources": list(slot.resources),
            "start": slot.span.start,
            "end": slot.span.end,
            "state": booking.state,
            "hold_expires_at": booking.hold_expires_at,
            "now": now,
        },
    )


async def give_back(
    conn: AsyncConnection[object], tenant: str, booking_id: UUID, state: State
) -> None:
    """Free what the booking takes; `state` says what became of it."""
    parameters = {"tenant": tenant, "id": booking_id, "state": state}
    await fetch(conn, queries.END_ALLOCATIONS, parameters)


async def end(
    conn: AsyncConnection[object], tenant: str, booking_id: UUID, state: State, now: datetime
) -> Booking:
    """Close a booking whose row the caller has locked, and free what it takes."""
    parameters = {"tenant": tenant, "id": booking_id, "state": state, "now": now}
    (ended,) = await bookings(conn, queries.END_BOOKING, parameters)
    await give_back(conn, tenant, booking_id, state)
    return ended


async def _release_in_the_way(
    conn: AsyncConnection[object], tenant: str, slot: Slot, now: datetime
) -> tuple[Booking, ...]:
    parameters: dict[str, object] = {
        "tenant": tenant,
        "resources": list(slot.resources),
        "start": slot.span.start,
        "end": slot.span.end,
        "now": now,
    }
    found = await fetch(conn, queries.LAPSED_IN_THE_WAY, parameters)
    return tuple([await end(conn, tenant, row["id"], State.EXPIRED, now) for row in found])

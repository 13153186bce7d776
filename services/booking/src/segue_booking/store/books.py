"""Changing the books: hold, book, confirm, reschedule, cancel, release what has lapsed.

Every function works inside the caller's transaction (READ COMMITTED), which the caller commits,
and takes `now`. Slots come from `domain.availability`; whether one may be had at all is decided
there, and by `desk` for both together. What is written here is safe by itself: two bookings
never overlap, and a slot's resources are taken together or not at all.
"""

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from segue_booking.domain.bookings import Booking, Contact, Request, State
from segue_booking.domain.slots import Slot
from segue_booking.store import queries
from segue_booking.store.locks import lock
from segue_booking.store.outcomes import Gone, Taken, Written
from segue_booking.store.reading import bookings, by_id, fetch
from segue_booking.store.rows import contact_json
from segue_booking.store.taking import allocate, end, give_back, take

# A round of cleaning stays short, so that it never holds many rows for long.
DEFAULT_RELEASE_LIMIT = 500


async def hold(
    conn: AsyncConnection[object], request: Request, slot: Slot, expires_at: datetime, now: datetime
) -> Written | Taken:
    """Keep `slot` until `expires_at`. The same booking ID again changes nothing."""
    return await _open(conn, request, slot, State.HELD, expires_at, now)


async def book(
    conn: AsyncConnection[object], request: Request, slot: Slot, now: datetime
) -> Written | Taken:
    """Book `slot` at once. The same booking ID again changes nothing."""
    return await _open(conn, request, slot, State.BOOKED, None, now)


async def confirm(
    conn: AsyncConnection[object],
    tenant: str,
    booking_id: UUID,
    now: datetime,
    contact: Contact | None = None,
) -> Written | Gone:
    """Turn a hold into a meeting; a hold that has run out is gone. Fills in `contact` if given."""
    current = await _locked(conn, tenant, booking_id)
    if current is not None and current.state is State.BOOKED:
        return Written(current, repeated=True)
    if current is None or not current.active(now):
        return Gone(current)
    parameters = {
        "tenant": tenant,
        "id": booking_id,
        "contact": contact_json(contact or current.contact),
        "now": now,
    }
    (confirmed,) = await bookings(conn, queries.CONFIRM_BOOKING, parameters)
    await fetch(conn, queries.CONFIRM_ALLOCATIONS, {"tenant": tenant, "id": booking_id})
    return Written(confirmed)


async def revive(
    conn: AsyncConnection[object], lapsed: Booking, slot: Slot, now: datetime, contact: Contact
) -> Written | Taken | Gone:
    """Book `slot` for a hold that has run out, under the ID that it had."""
    await lock(conn, [(lapsed.tenant, resource) for resource in slot.resources])
    current = await _locked(conn, lapsed.tenant, lapsed.booking_id)
    if current is None or not current.lapsed(now):
        return Gone(current)

    async def write() -> Written:
        await give_back(conn, lapsed.tenant, lapsed.booking_id, State.EXPIRED)
        parameters = _placed(lapsed, slot, now) | {"contact": contact_json(contact)}
        (revived,) = await bookings(conn, queries.REVIVE_BOOKING, parameters)
        await allocate(conn, revived, slot, now)
        return Written(revived)

    return await take(conn, lapsed.tenant, slot, now, write)


async def reschedule(
    conn: AsyncConnection[object], tenant: str, booking_id: UUID, slot: Slot, now: datetime
) -> Written | Taken | Gone:
    """Move a hold or a meeting to `slot`, or leave it where it is if that is taken."""
    await lock(conn, [(tenant, resource) for resource in slot.resources])
    current = await _locked(conn, tenant, booking_id)
    if current is None or not current.active(now):
        return Gone(current)
    if (current.meeting, current.resources) == (slot.meeting, slot.resources):
        return Written(current, repeated=True)

    async def write() -> Written:
        await give_back(conn, tenant, booking_id, State.CANCELLED)
        (moved,) = await bookings(conn, queries.MOVE_BOOKING, _placed(current, slot, now))
        await allocate(conn, moved, slot, now)
        return Written(moved)

    return await take(conn, tenant, slot, now, write)


async def cancel(
    conn: AsyncConnection[object], tenant: str, booking_id: UUID, now: datetime
) -> Written | Gone:
    """Cancel a hold or a meeting; one that is cancelled already stays as it is."""
    current = await _locked(conn, tenant, booking_id)
    if current is not None and current.state is State.CANCELLED:
        return Written(current, repeated=True)
    if current is None or current.state is State.EXPIRED:
        return Gone(current)
    return Written(await end(conn, tenant, booking_id, State.CANCELLED, now))


async def expire(
    conn: AsyncConnection[object], tenant: str, booking_id: UUID, now: datetime
) -> Booking | None:
    """Free one hold if it has run out at `now`; None if it hasn't, or is none any more."""
    current = await _locked(conn, tenant, booking_id)
    if current is None or current.state is not State.HELD or current.active(now):
        return None
    return await end(conn, tenant, booking_id, State.EXPIRED, now)


async def release_expired(
    conn: AsyncConnection[object], now: datetime, limit: int = DEFAULT_RELEASE_LIMIT
) -> tuple[Booking, ...]:
    """Free the holds of all tenants that have run out at `now`, `limit` at most; returns them."""
    rows = await fetch(conn, queries.TAKE_LAPSED, {"now": now, "limit": limit})
    return tuple([await end(conn, row["tenant"], row["id"], State.EXPIRED, now) for row in rows])


async def _open(
    conn: AsyncConnection[object],
    request: Request,
    slot: Slot,
    state: State,
    expires_at: datetime | None,
    now: datetime,
) -> Written | Taken:
    await lock(conn, [(request.tenant, resource) for resource in slot.resources])

    async def write() -> Written:
        parameters = _opened(request, slot, state, expires_at, now)
        opened = await bookings(conn, queries.INSERT_BOOKING, parameters)
        if not opened:
            return await _repeated(conn, request)
        await allocate(conn, opened[0], slot, now)
        return Written(opened[0])

    return await take(conn, request.tenant, slot, now, write)


async def _repeated(conn: AsyncConnection[object], request: Request) -> Written:
    there = await by_id(conn, request.tenant, request.booking_id)
    if there is None:
        raise LookupError(f"booking {request.booking_id} was deleted while it was made again")
    return Written(there, repeated=True)


async def _locked(conn: AsyncConnection[object], tenant: str, booking_id: UUID) -> Booking | None:
    found = await bookings(conn, queries.BY_ID_LOCKED, {"tenant": tenant, "id": booking_id})
    return found[0] if found else None


def _opened(
    request: Request, slot: Slot, state: State, expires_at: datetime | None, now: datetime
) -> dict[str, object]:
    return {
        "tenant": request.tenant,
        "id": request.booking_id,
        "conversation_id": request.conversation_id,
        "service": slot.service,
        "starts_at": slot.start,
        "ends_at": slot.end,
        "resources": list(slot.resources),
        "time_zone": request.time_zone,
        "state": state,
        "source": request.source,
        "contact": contact_json(request.contact),
        "booked_at": now if state is State.BOOKED else None,
        "hold_expires_at": expires_at,
        "now": now,
    }


def _placed(booking: Booking, slot: Slot, now: datetime) -> dict[str, object]:
    return {
        "tenant": booking.tenant,
        "id": booking.booking_id,
        "starts_at": slot.start,
        "ends_at": slot.end,
        "resources": list(slot.resources),
        "now": now,
    }

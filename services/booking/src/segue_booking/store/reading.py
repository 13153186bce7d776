"""Reading the books: what is busy, and bookings by ID, conversation, time or resource."""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from segue_booking.domain.bookings import Booking
from segue_booking.domain.span import Busy, Span
from segue_booking.store import queries
from segue_booking.store.rows import booking


async def fetch(
    conn: AsyncConnection[object], query: LiteralString, parameters: dict[str, object]
) -> list[DictRow]:
    """Every row that a query answers, whatever row factory the connection has."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall() if cursor.description else []


async def bookings(
    conn: AsyncConnection[object], query: LiteralString, parameters: dict[str, object]
) -> tuple[Booking, ...]:
    """The bookings that a query answers."""
    return tuple(booking(row) for row in await fetch(conn, query, parameters))


async def busy(
    conn: AsyncConnection[object],
    tenant: str,
    resources: Iterable[str],
    window: Span,
    now: datetime,
    except_booking: UUID | None = None,
) -> Busy:
    """When each resource is taken within `window`, buffers included.

    Holds that have run out at `now` take nothing, released or not; nor does `except_booking`,
    the one that is about to move.
    """
    parameters = {
        "tenant": tenant,
        "resources": list(resources),
        "start": window.start,
        "end": window.end,
        "now": now,
        "except_booking": except_booking,
    }
    rows = await fetch(conn, queries.BUSY, parameters)
    return Busy.of((row["resource"], Span(row["start"], row["end"])) for row in rows)


async def by_id(conn: AsyncConnection[object], tenant: str, booking_id: UUID) -> Booking | None:
    """The booking of that ID in any state."""
    found = await bookings(conn, queries.BY_ID, {"tenant": tenant, "id": booking_id})
    return found[0] if found else None


async def by_conversation(
    conn: AsyncConnection[object], tenant: str, conversation_id: UUID
) -> tuple[Booking, ...]:
    """Every booking that a conversation has led to, oldest first, in any state."""
    parameters = {"tenant": tenant, "conversation_id": conversation_id}
    return await bookings(conn, queries.BY_CONVERSATION, parameters)


async def in_window(
    conn: AsyncConnection[object], tenant: str, window: Span
) -> tuple[Booking, ...]:
    """The bookings whose meetings start in `window`, by time, in any state."""
    parameters = {"tenant": tenant, "start": window.start, "end": window.end}
    return await bookings(conn, queries.IN_WINDOW, parameters)


async def of_resource(
    conn: AsyncConnection[object], tenant: str, resource: str, since: datetime
) -> tuple[Booking, ...]:
    """A resource's meetings from `since` on, by time, cancelled ones too: what a feed shows."""
    parameters = {"tenant": tenant, "resource": resource, "since": since}
    return await bookings(conn, queries.OF_RESOURCE, parameters)

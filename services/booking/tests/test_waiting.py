"""Who waits for whom when two transactions meet, each step of it forced."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from segue_booking.domain.bookings import Request, State
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Span
from segue_booking.store import books, reading
from segue_booking.store.locks import lock
from segue_booking.store.outcomes import Gone, Taken, Written

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TEN = datetime(2026, 6, 2, 10, tzinfo=UTC)
MEETING = Span(TEN, TEN + timedelta(hours=1))
SLOT = Slot(MEETING, MEETING, "consult", ("dr-a", "room-1"))
DEADLINE_SECONDS = 10


def a_request() -> Request:
    return Request(uuid4(), "acme", "chat", "UTC")


async def until_it_waits(
    watcher: psycopg.AsyncConnection, waiting: psycopg.AsyncConnection
) -> None:
    """Until `waiting` is stopped by somebody's lock."""
    query = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (await (await watcher.execute(query, [waiting.info.backend_pid])).fetchone()) != (
            True,
        ):
            await asyncio.sleep(0.005)


@pytest.fixture
async def held(conn) -> UUID:
    outcome = await books.hold(conn, a_request(), SLOT, LATER, NOW)
    await conn.commit()
    assert isinstance(outcome, Written)
    return outcome.booking.booking_id


async def test_a_confirmation_waits_for_a_cancellation_and_finds_it(conn, connect, held):
    other = await connect()
    await books.cancel(conn, "acme", held, NOW)
    confirmation = asyncio.create_task(books.confirm(other, "acme", held, NOW))
    await until_it_waits(conn, other)
    await conn.commit()
    outcome = await confirmation
    assert isinstance(outcome, Gone)
    assert outcome.booking is not None
    assert outcome.booking.state is State.CANCELLED


async def test_a_hold_that_is_confirmed_while_somebody_takes_over_stays(conn, connect, held):
    other = await connect()
    await conn.execute("SELECT FROM bookings WHERE id = %s FOR UPDATE", [held])
    takeover = asyncio.create_task(books.book(other, a_request(), SLOT, LATER))
    await until_it_waits(conn, other)
    await books.confirm(conn, "acme", held, NOW)
    await conn.commit()
    assert await takeover == Taken()
    await other.commit()
    booking = await reading.by_id(conn, "acme", held)
    assert booking is not None
    assert booking.state is State.BOOKED


async def test_cleaning_up_does_not_wait_for_a_hold_that_somebody_works_on(conn, connect, held):
    other = await connect()
    await conn.execute("SELECT FROM bookings WHERE id = %s FOR UPDATE", [held])
    async with asyncio.timeout(DEADLINE_SECONDS):
        assert await books.release_expired(other, LATER) == ()
    await other.commit()
    await conn.commit()
    (released,) = await books.release_expired(other, LATER)
    assert released.booking_id == held


async def test_resources_named_in_any_order_are_locked_without_deadlock(connect):
    names = [("acme", f"dr-{n}") for n in range(6)]

    async def one(seed: int) -> None:
        conn, order = await connect(), random.Random(seed)
        for _ in range(20):
            async with conn.transaction():
                await lock(conn, order.sample(names, 5))

    await asyncio.gather(*map(one, range(8)))

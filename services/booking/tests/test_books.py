from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from segue_booking.domain.bookings import Contact, Former, Request, State
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Span
from segue_booking.store import books, reading
from segue_booking.store.locks import OutsideTransaction
from segue_booking.store.outcomes import Gone, Taken, Written

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEN = datetime(2026, 6, 2, 10, tzinfo=UTC)
LATER = NOW + 10 * MINUTE
ANN = Contact(contact_id=uuid4(), name="Ann", phone="+15005550006")


def a_request(**changes) -> Request:
    defaults = {
        "booking_id": uuid4(),
        "tenant": "acme",
        "source": "chat",
        "time_zone": "Europe/Berlin",
        "conversation_id": uuid4(),
        "contact": ANN,
    }
    return Request(**(defaults | changes))


def a_slot(start: datetime = TEN, *resources: str, buffer: timedelta = timedelta(0)) -> Slot:
    meeting = Span(start, start + HOUR)
    span = Span(meeting.start - buffer, meeting.end + buffer)
    return Slot(meeting, span, "consult", resources or ("dr-a", "room-1"))


async def taken_then(conn, now: datetime = NOW, tenant: str = "acme") -> dict[str, object]:
    day = Span(TEN - 24 * HOUR, TEN + 24 * HOUR)
    return dict((await reading.busy(conn, tenant, ["dr-a", "dr-b", "room-1"], day, now)).taken)


async def written(outcome) -> Written:
    result = await outcome
    assert isinstance(result, Written), result
    return result


async def test_a_meeting_is_booked_with_everything_that_was_said_of_it(conn):
    request = a_request()
    booking = (await written(books.book(conn, request, a_slot(buffer=15 * MINUTE), NOW))).booking
    assert booking == await reading.by_id(conn, "acme", request.booking_id)
    assert (booking.state, booking.revision, booking.booked_at) == (State.BOOKED, 0, NOW)
    assert (booking.meeting, booking.resources) == (Span(TEN, TEN + HOUR), ("dr-a", "room-1"))
    assert (booking.contact, booking.time_zone, booking.source) == (ANN, "Europe/Berlin", "chat")
    span = (Span(TEN - 15 * MINUTE, TEN + HOUR + 15 * MINUTE),)
    assert await taken_then(conn) == {"dr-a": span, "room-1": span}


async def test_a_slot_is_taken_whole_or_not_at_all_and_the_transaction_lives_on(conn):
    await written(books.book(conn, a_request(), a_slot(TEN, "room-1"), NOW))
    request = a_request()
    assert await books.book(conn, request, a_slot(TEN, "dr-a", "room-1"), NOW) == Taken()
    assert await reading.by_id(conn, "acme", request.booking_id) is None
    assert set(await taken_then(conn)) == {"room-1"}
    await conn.commit()
    assert set(await taken_then(conn)) == {"room-1"}


async def test_meetings_may_touch_and_tenants_do_not_meet(conn):
    await written(books.book(conn, a_request(), a_slot(TEN), NOW))
    await written(books.book(conn, a_request(), a_slot(TEN + HOUR), NOW))
    await written(books.book(conn, a_request(tenant="other"), a_slot(TEN), NOW))
    assert await taken_then(conn, tenant="nobody") == {}


async def test_the_same_request_again_changes_nothing(conn):
    request = a_request()
    first = await written(books.hold(conn, request, a_slot(), LATER, NOW))
    again = await written(books.hold(conn, request, a_slot(TEN + HOUR), LATER, NOW + MINUTE))
    assert again == Written(first.booking, repeated=True)


async def test_a_hold_keeps_its_slot_until_it_runs_out_and_then_gives_way(conn):
    held = await written(books.hold(conn, a_request(), a_slot(), LATER, NOW))
    before = LATER - timedelta(microseconds=1)
    assert await books.book(conn, a_request(), a_slot(), before) == Taken()
    assert set(await taken_then(conn, before)) == {"dr-a", "room-1"}
    assert await taken_then(conn, LATER) == {}
    booked = await written(books.book(conn, a_request(), a_slot(TEN, "dr-a"), LATER))
    assert [lapsed.booking_id for lapsed in booked.lapsed] == [held.booking.booking_id]
    assert booked.lapsed[0].state is State.EXPIRED
    # The whole hold is gone, also the room that nobody asked for.
    assert set(await taken_then(conn, NOW)) == {"dr-a"}


async def test_a_lapsed_hold_in_the_way_stays_if_the_slot_is_taken_all_the_same(conn):
    held = await written(books.hold(conn, a_request(), a_slot(TEN, "dr-a"), LATER, NOW))
    await written(books.book(conn, a_request(), a_slot(TEN, "room-1"), NOW))
    assert await books.book(conn, a_request(), a_slot(), LATER) == Taken()
    (released,) = await books.release_expired(conn, LATER)
    assert released.booking_id == held.booking.booking_id


async def test_a_confirmed_hold_is_a_meeting_and_learns_who_it_is_with(conn):
    request = a_request(contact=Contact())
    await written(books.hold(conn, request, a_slot(), LATER, NOW))
    at = NOW + MINUTE
    confirmed = await written(books.confirm(conn, "acme", request.booking_id, at, ANN))
    assert (confirmed.booking.state, confirmed.booking.booked_at) == (State.BOOKED, at)
    assert (confirmed.booking.contact, confirmed.booking.hold_expires_at) == (ANN, None)
    assert await books.release_expired(conn, LATER + HOUR) == ()
    assert set(await taken_then(conn, LATER + HOUR)) == {"dr-a", "room-1"}
    again = await written(books.confirm(conn, "acme", request.booking_id, LATER))
    assert again == Written(confirmed.booking, repeated=True)


async def test_a_hold_that_ran_out_can_not_be_confirmed(conn):
    held = await written(books.hold(conn, a_request(), a_slot(), LATER, NOW))
    assert await books.confirm(conn, "acme", held.booking.booking_id, LATER) == Gone(held.booking)
    assert await books.confirm(conn, "other", held.booking.booking_id, NOW) == Gone(None)


async def test_release_frees_what_has_run_out_and_nothing_else(conn):
    early = await written(books.hold(conn, a_request(), a_slot(), LATER, NOW))
    late = a_slot(TEN + HOUR)
    await written(books.hold(conn, a_request(), late, LATER + MINUTE, NOW))
    await written(books.book(conn, a_request(), a_slot(TEN + 2 * HOUR), NOW))
    (released,) = await books.release_expired(conn, LATER)
    assert (released.booking_id, released.state) == (early.booking.booking_id, State.EXPIRED)
    assert await books.release_expired(conn, LATER) == ()
    assert (await taken_then(conn, LATER))["dr-a"] == (Span(late.start, late.end + HOUR),)


async def test_a_moved_meeting_leaves_its_old_time_and_remembers_it(conn):
    booked = (await written(books.book(conn, a_request(), a_slot(), NOW))).booking
    half_past = a_slot(TEN + 30 * MINUTE, "dr-b", "room-1")
    moved = (
        await written(books.reschedule(conn, "acme", booked.booking_id, half_past, LATER))
    ).booking
    assert (moved.meeting, moved.resources) == (half_past.meeting, ("dr-b", "room-1"))
    assert moved.previous == Former(booked.meeting, ("dr-a", "room-1"))
    assert (moved.booking_id, moved.revision) == (booked.booking_id, 1)
    assert await taken_then(conn) == {"dr-b": (half_past.span,), "room-1": (half_past.span,)}
    again = await written(books.reschedule(conn, "acme", booked.booking_id, half_past, LATER))
    assert again == Written(moved, repeated=True)


async def test_a_meeting_that_can_not_move_stays_exactly_where_it_was(conn):
    booked = (await written(books.book(conn, a_request(), a_slot(), NOW))).booking
    await written(books.book(conn, a_request(), a_slot(TEN + 2 * HOUR, "room-1"), NOW))
    outcome = await books.reschedule(conn, "acme", booked.booking_id, a_slot(TEN + HOUR * 2), NOW)
    assert outcome == Taken()
    assert await reading.by_id(conn, "acme", booked.booking_id) == booked
    assert (await taken_then(conn))["dr-a"] == (Span(TEN, TEN + HOUR),)


async def test_a_cancelled_meeting_frees_its_time_and_stays_cancelled(conn):
    booked = (await written(books.book(conn, a_request(), a_slot(), NOW))).booking
    cancelled = await written(books.cancel(conn, "acme", booked.booking_id, LATER))
    assert (cancelled.booking.state, cancelled.booking.revision) == (State.CANCELLED, 1)
    assert await taken_then(conn) == {}
    again = await written(books.cancel(conn, "acme", booked.booking_id, LATER + MINUTE))
    assert again == Written(cancelled.booking, repeated=True)
    gone = Gone(cancelled.booking)
    assert await books.reschedule(conn, "acme", booked.booking_id, a_slot(), LATER) == gone
    assert await books.confirm(conn, "acme", booked.booking_id, LATER) == gone
    assert await books.cancel(conn, "acme", uuid4(), LATER) == Gone(None)


async def test_bookings_are_found_by_conversation_time_and_resource(conn):
    request = a_request()
    booked = (await written(books.book(conn, request, a_slot(), NOW))).booking
    held = (await written(books.hold(conn, a_request(), a_slot(TEN + HOUR), LATER, NOW))).booking
    conversation = request.conversation_id
    assert await reading.by_conversation(conn, "acme", conversation) == (booked,)
    assert await reading.in_window(conn, "acme", Span(TEN, TEN + 2 * HOUR)) == (booked, held)
    assert await reading.in_window(conn, "acme", Span(TEN, TEN + HOUR)) == (booked,)
    # A hold that nobody has confirmed is not in the feed.
    assert await reading.of_resource(conn, "acme", "room-1", NOW) == (booked,)
    cancelled = (await written(books.cancel(conn, "acme", booked.booking_id, NOW))).booking
    assert await reading.of_resource(conn, "acme", "room-1", NOW) == (cancelled,)
    assert await reading.of_resource(conn, "acme", "dr-b", NOW) == ()


async def test_rollback_by_the_caller_undoes_a_booking(conn):
    await written(books.book(conn, a_request(), a_slot(), NOW))
    await conn.rollback()
    assert await taken_then(conn) == {}


async def test_a_connection_without_a_transaction_is_refused(schema_dsn):
    async with await psycopg.AsyncConnection.connect(schema_dsn, autocommit=True) as conn:
        with pytest.raises(OutsideTransaction):
            await books.book(conn, a_request(), a_slot(), NOW)
        async with conn.transaction():
            await written(books.book(conn, a_request(), a_slot(), NOW))

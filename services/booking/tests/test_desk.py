import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from segue_booking.desk import Declined, Desk, lock_calendars
from segue_booking.domain.availability import Reason
from segue_booking.domain.bookings import Request, State
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.choice import Wish
from segue_booking.domain.hours import WeeklyHours
from segue_booking.domain.span import Span
from segue_booking.store import books, reading
from segue_booking.store.outcomes import Written

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEN = datetime(2026, 6, 2, 10, tzinfo=UTC)
CHAIR = Service("chair", "Chair", HOUR, (("chair-1",),))
CHAIRS = Service("chairs", "Any chair", HOUR, (("chair-1", "chair-2", "chair-3"),))
EXAM = Service("exam", "Exam", HOUR, (("dr-a", "dr-b"), ("room-1", "room-2")))
# The same resources named in the other order: where deadlocks would come from.
LESSON = Service("lesson", "Lesson", HOUR, (("room-2", "room-1"), ("dr-b", "dr-a")))
CALENDAR = Calendar(
    "acme",
    ZoneInfo("UTC"),
    WeeklyHours.parse({"mon-fri": "09:00-17:00"}),
    (CHAIR, CHAIRS, EXAM, LESSON),
    step=HOUR,
    horizon_days=3,
)


def a_request(tenant: str = "acme") -> Request:
    return Request(uuid4(), tenant, "chat", "UTC", uuid4())


async def everybody_books(connect, wanted, starts=(TEN,) * 50):
    """All at once, each in a transaction of their own; what each of them was told."""

    async def one(service, start):
        conn = await connect()
        async with conn.transaction():
            return await Desk(conn, CALENDAR, NOW).book(service, a_request(), start)

    services = [wanted[i % len(wanted)] for i in range(len(starts))]
    return await asyncio.gather(*map(one, services, starts))


async def test_of_fifty_who_want_one_slot_one_gets_it_and_the_others_hear_what_is_free(connect):
    outcomes = await everybody_books(connect, [CHAIR])
    booked = [outcome for outcome in outcomes if isinstance(outcome, Written)]
    assert len(booked) == 1
    for refusal in outcomes:
        if isinstance(refusal, Declined):
            assert refusal.reason is Reason.TAKEN
            offered = [slot.start for slot in refusal.alternatives]
            assert offered == [TEN + HOUR, TEN + 2 * HOUR, TEN + 3 * HOUR]


async def test_fifty_who_want_any_of_three_chairs_fill_all_three(connect):
    outcomes = await everybody_books(connect, [CHAIRS])
    chairs = [o.booking.resources for o in outcomes if isinstance(o, Written)]
    assert sorted(chairs) == [("chair-1",), ("chair-2",), ("chair-3",)]


async def test_staff_and_rooms_wanted_in_opposite_orders_are_taken_in_pairs(connect):
    outcomes = await everybody_books(connect, [EXAM, LESSON])
    booked = [o.booking for o in outcomes if isinstance(o, Written)]
    taken = Counter(resource for booking in booked for resource in booking.resources)
    assert taken == Counter(["dr-a", "dr-b", "room-1", "room-2"])
    conn = await connect()
    rows = await reading.fetch(
        conn, "SELECT booking_id, count(*) AS n FROM allocations GROUP BY booking_id", {}
    )
    assert {row["booking_id"]: row["n"] for row in rows} == {b.booking_id: 2 for b in booked}


async def test_the_desk_never_books_double_even_without_the_databases_constraint(connect):
    conn = await connect()
    await conn.execute("ALTER TABLE allocations DROP CONSTRAINT allocations_never_overlap")
    await conn.commit()
    outcomes = await everybody_books(connect, [EXAM, LESSON, CHAIR])
    booked = [o.booking for o in outcomes if isinstance(o, Written)]
    taken = Counter(resource for booking in booked for resource in booking.resources)
    assert taken == Counter(["dr-a", "dr-b", "room-1", "room-2", "chair-1"])


async def test_batches_that_lock_first_do_not_stop_each_other(connect):
    """Each books the whole day, half of them backwards, with one transaction for all of it."""
    day = [TEN + hour * HOUR for hour in range(6)]

    async def batch(number: int):
        conn = await connect()
        async with conn.transaction():
            await lock_calendars(conn, [CALENDAR])
            desk = Desk(conn, CALENDAR, NOW)
            order = day if number % 2 else day[::-1]
            services = [EXAM, CHAIR] if number % 2 else [CHAIR, EXAM]
            return [
                await desk.book(service, a_request(), start)
                for start in order
                for service in services
            ]

    outcomes = [one for made in await asyncio.gather(*map(batch, range(6))) for one in made]
    # Six hours with one chair and two pairs of doctor and room.
    assert sum(isinstance(one, Written) for one in outcomes) == 6 * 3


async def test_every_slot_offered_can_be_booked_as_offered(conn):
    desk = Desk(conn, CALENDAR, NOW)
    for _ in range(3):
        offer = await desk.offer(EXAM, [Wish(Span(TEN, TEN + 2 * HOUR), "part_of_day")])
        for slot in offer.slots:
            outcome = await desk.book(EXAM, a_request(), slot.start)
            assert isinstance(outcome, Written)
            assert outcome.booking.resources == slot.resources
    assert not offer.as_wished


async def test_a_repeated_request_hears_the_same_again_and_not_that_it_is_taken(conn):
    desk, request = Desk(conn, CALENDAR, NOW), a_request()
    first = await desk.book(CHAIR, request, TEN)
    assert isinstance(first, Written)
    assert await desk.book(CHAIR, request, TEN) == Written(first.booking, repeated=True)


async def test_a_hold_lasts_as_long_as_the_calendar_says(conn):
    held = await Desk(conn, CALENDAR, NOW).hold(CHAIR, a_request(), TEN)
    assert isinstance(held, Written)
    assert held.booking.hold_expires_at == NOW + CALENDAR.hold
    at_its_end = Desk(conn, CALENDAR, NOW + CALENDAR.hold)
    taken_over = await at_its_end.book(CHAIR, a_request(), TEN)
    assert isinstance(taken_over, Written)
    assert [b.booking_id for b in taken_over.lapsed] == [held.booking.booking_id]
    refused = await at_its_end.confirm(held.booking.booking_id)
    assert isinstance(refused, Declined)
    assert refused.reason is Reason.TAKEN
    assert refused.alternatives[0].start == TEN + HOUR


@pytest.mark.parametrize("released", [True, False])
async def test_a_yes_that_comes_after_the_hold_still_counts_if_the_slot_is_free(conn, released):
    held = await Desk(conn, CALENDAR, NOW).hold(EXAM, a_request(), TEN)
    assert isinstance(held, Written)
    late = NOW + 2 * CALENDAR.hold
    if released:
        assert len(await books.release_expired(conn, late)) == 1
    confirmed = await Desk(conn, CALENDAR, late).confirm(held.booking.booking_id)
    assert isinstance(confirmed, Written)
    assert (confirmed.booking.state, confirmed.lapsed) == (State.BOOKED, ())
    assert (await Desk(conn, CALENDAR, late).book(EXAM, a_request(), TEN)) != confirmed
    busy = await reading.busy(conn, "acme", EXAM.resources, Span(TEN, TEN + HOUR), late)
    assert sorted(busy.taken) == ["dr-a", "dr-b", "room-1", "room-2"]


async def test_a_moved_meeting_keeps_its_people_and_may_overlap_its_old_time(conn):
    half_hours = replace(CALENDAR, step=30 * MINUTE)
    desk = Desk(conn, half_hours, NOW)
    other = await desk.book(EXAM, a_request(), TEN)
    mine = await desk.book(EXAM, a_request(), TEN)
    assert isinstance(other, Written)
    assert isinstance(mine, Written)
    assert mine.booking.resources == ("dr-b", "room-2")
    await desk.cancel(other.booking.booking_id)
    moved = await desk.reschedule(mine.booking.booking_id, TEN + 30 * MINUTE)
    assert isinstance(moved, Written)
    assert moved.booking.resources == ("dr-b", "room-2")
    listed = await desk.free(EXAM, Span(TEN, TEN + HOUR), moving=moved.booking)
    assert [slot.resources for slot in listed] == [("dr-b", "room-2")] * 2


async def test_a_move_to_a_taken_slot_is_declined_and_changes_nothing(conn):
    desk = Desk(conn, CALENDAR, NOW)
    mine = await desk.book(CHAIR, a_request(), TEN)
    await desk.book(CHAIR, a_request(), TEN + HOUR)
    assert isinstance(mine, Written)
    declined = await desk.reschedule(mine.booking.booking_id, TEN + HOUR)
    assert isinstance(declined, Declined)
    assert declined.reason is Reason.TAKEN
    assert await reading.by_id(conn, "acme", mine.booking.booking_id) == mine.booking


async def test_what_is_unknown_or_over_is_declined_as_such(conn):
    desk = Desk(conn, CALENDAR, NOW)
    mine = await desk.book(CHAIR, a_request(), TEN)
    assert isinstance(mine, Written)
    await desk.cancel(mine.booking.booking_id)
    for answer in (
        await desk.confirm(mine.booking.booking_id),
        await desk.reschedule(mine.booking.booking_id, TEN),
    ):
        assert answer == Declined(Reason.ENDED)
    for answer in (
        await desk.confirm(uuid4()),
        await desk.reschedule(uuid4(), TEN),
        await desk.cancel(uuid4()),
    ):
        assert answer == Declined(Reason.UNKNOWN_BOOKING)
    without = Desk(conn, replace(CALENDAR, services=()), NOW)
    outcome = await without.reschedule(mine.booking.booking_id, TEN)
    assert outcome == Declined(Reason.UNKNOWN_SERVICE)


async def test_a_request_of_another_tenant_is_a_mistake_of_the_caller(conn):
    with pytest.raises(ValueError, match="a request of other at the desk of acme"):
        await Desk(conn, CALENDAR, NOW).book(CHAIR, a_request("other"), TEN)

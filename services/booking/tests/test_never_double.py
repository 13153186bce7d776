"""Random bookings, one after the other and at once: the laws are asked of the database."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from segue_booking.desk import Desk
from segue_booking.domain.bookings import Request
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.hours import WeeklyHours
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Span
from segue_booking.store import books, reading

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NINE = datetime(2026, 6, 2, 9, tzinfo=UTC)
SERVICES = (
    Service("short", "Short", 30 * MINUTE, (("dr-a", "dr-b"),), buffer_after=15 * MINUTE),
    Service("exam", "Exam", 60 * MINUTE, (("dr-b", "dr-a"), ("room-1",))),
    Service("team", "Team", 45 * MINUTE, (("dr-a",), ("dr-b",), ("room-1",)), 10 * MINUTE),
)
HOURS = WeeklyHours.parse({"tue": "09:00-12:00"})

OVERLAPS = """
SELECT count(*) AS n
FROM allocations one JOIN allocations other
  ON one.tenant = other.tenant AND one.resource = other.resource AND one.id < other.id
WHERE one.state IN ('held', 'booked') AND other.state IN ('held', 'booked')
  AND one.during && other.during
"""
# What each booking takes must be what it was given: no more, no less, nothing once it is over.
MISMATCHES = """
SELECT b.id, b.state, b.resources, a.taken
FROM bookings b
LEFT JOIN LATERAL (
    SELECT array_agg(resource ORDER BY resource) AS taken,
           bool_and(state = b.state AND during @> tstzrange(b.starts_at, b.ends_at)
                    AND hold_expires_at IS NOT DISTINCT FROM b.hold_expires_at) AS alike
    FROM allocations
    WHERE tenant = b.tenant AND booking_id = b.id AND state IN ('held', 'booked')
) a ON true
WHERE CASE WHEN b.state IN ('held', 'booked')
           THEN (a.alike AND a.taken = ARRAY(SELECT unnest(b.resources) ORDER BY 1)) IS NOT TRUE
           ELSE a.taken IS NOT NULL END
"""


@dataclass(frozen=True)
class Step:
    """One thing that somebody does; `who` picks the booking, so that steps meet."""

    what: str
    who: int
    service: Service
    start: datetime
    later: timedelta


steps = st.builds(
    Step,
    st.sampled_from(
        ["hold", "book", "confirm", "reschedule", "cancel", "release", "force", "shove"]
    ),
    st.integers(0, 5),
    st.sampled_from(SERVICES),
    st.integers(0, 6).map(lambda n: NINE + 30 * n * MINUTE),
    st.integers(0, 30).map(lambda n: n * MINUTE),
)
anything_goes = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def a_tenant() -> Calendar:
    """A new one for each example, so that they don't meet in the schema that they share."""
    zone = ZoneInfo("UTC")
    return Calendar(uuid4().hex, zone, HOURS, SERVICES, horizon_days=5, hold=10 * MINUTE)


def raw_slot(step: Step) -> Slot:
    """A slot that no calendar would offer: off its grid, over somebody else's time."""
    meeting = Span(step.start + step.later, step.start + step.later + step.service.length)
    resources = tuple(group[-1] for group in step.service.requires)
    return Slot(meeting, step.service.around(meeting), step.service.id, resources)


async def do(conn, calendar: Calendar, step: Step, now: datetime) -> None:
    tenant, booking_id = calendar.tenant, uuid5(UUID(calendar.tenant), str(step.who))
    desk = Desk(conn, calendar, now)
    request = Request(booking_id, tenant, "chat", "UTC")
    match step.what:
        case "hold":
            await desk.hold(step.service, request, step.start)
        case "book":
            await desk.book(step.service, request, step.start)
        case "confirm":
            await desk.confirm(booking_id)
        case "reschedule":
            await desk.reschedule(booking_id, step.start)
        case "cancel":
            await desk.cancel(booking_id)
        case "release":
            await books.release_expired(conn, now)
        case "force":
            await books.book(conn, replace(request, booking_id=uuid4()), raw_slot(step), now)
        case "shove":
            await books.reschedule(conn, tenant, booking_id, raw_slot(step), now)


async def the_laws_hold(conn) -> None:
    assert await reading.fetch(conn, OVERLAPS, {}) == [{"n": 0}]
    assert await reading.fetch(conn, MISMATCHES, {}) == []


@settings(anything_goes, max_examples=60)
@given(st.lists(steps, min_size=5, max_size=30))
async def test_no_order_of_steps_books_anything_double(conn, plan):
    calendar, now = a_tenant(), NOW
    for step in plan:
        now += step.later
        await do(conn, calendar, step, now)
    await the_laws_hold(conn)
    await conn.commit()


@settings(anything_goes, max_examples=25)
@given(st.lists(st.lists(steps, min_size=2, max_size=8), min_size=2, max_size=5))
async def test_no_crowd_books_anything_double_or_stands_in_its_own_way(connect, crowd):
    calendar = a_tenant()

    async def one(plan: list[Step]) -> None:
        conn, now = await connect(), NOW
        for step in plan:
            now += step.later
            async with conn.transaction():
                await do(conn, calendar, step, now)
        await conn.close()

    await asyncio.gather(*map(one, crowd))
    conn = await connect()
    await the_laws_hold(conn)
    await conn.close()

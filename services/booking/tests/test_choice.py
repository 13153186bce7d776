from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from segue_booking.domain.availability import bookable, free_slots
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.choice import Offer, Wish, alternatives, choose, offer
from segue_booking.domain.hours import WeeklyHours
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Busy, Span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def a_slot(start: datetime) -> Slot:
    meeting = Span(start, start + HOUR / 2)
    return Slot(meeting, meeting, "consult", ("chair-1",))


def at(day: int, hour: float) -> datetime:
    return MONDAY + day * DAY + hour * HOUR


def working_day(day: int) -> list[Slot]:
    return [a_slot(at(day, 9 + half / 2)) for half in range(16)]


WEEK = [slot for day in range(5) for slot in working_day(day)]


def starts(offer: Offer) -> list[tuple[int, float]]:
    offsets = [slot.start - MONDAY for slot in offer.slots]
    return [(offset.days, offset.seconds / 3600) for offset in offsets]


def wish(day: int, start: float, end: float, grain="part_of_day") -> Wish:
    return Wish(Span(at(day, start), at(day, end)), grain)


def test_a_wished_day_is_offered_from_morning_to_afternoon():
    offer = choose(WEEK, [wish(1, 0, 24, "day")])
    assert offer.as_wished
    assert starts(offer) == [(1, 9), (1, 12.5), (1, 16.5)]


def test_a_wished_week_is_offered_on_days_apart():
    days = [day for day, _ in starts(choose(WEEK, [wish(0, 0, 7 * 24, "week")]))]
    assert days == [0, 2, 4]


def test_a_named_time_that_is_free_is_offered_alone():
    assert starts(choose(WEEK, [wish(2, 15, 16, "hour")])) == [(2, 15)]


def test_a_named_time_between_slots_is_answered_with_what_its_stretch_has():
    assert starts(choose(WEEK, [wish(2, 15.25, 16.25, "hour")])) == [(2, 15.5), (2, 16)]


def test_every_wish_gets_a_slot_before_any_gets_two():
    wishes = [wish(0, 9, 10), wish(0, 10, 11), wish(4, 9, 17)]
    offered = starts(choose(WEEK, wishes))
    assert [offered[0], *offered[2:]] == [(0, 9), (4, 16.5)]
    assert offered[1] in [(0, 10), (0, 10.5)]


def test_a_wish_that_nothing_matches_is_answered_with_the_nearest_after_it():
    offer = choose([s for s in WEEK if s.start >= at(2, 0)], [wish(1, 14, 16)])
    assert not offer.as_wished
    assert starts(offer) == [(2, 9), (2, 9.5), (2, 10)]


def test_with_nothing_after_the_wish_the_last_before_it_are_offered():
    offer = choose(WEEK, [wish(9, 9, 10)])
    assert not offer.as_wished
    assert starts(offer) == [(4, 15.5), (4, 16), (4, 16.5)]


def test_without_a_wish_the_next_days_are_offered():
    assert [day for day, _ in starts(choose(WEEK, []))] == [0, 1, 2]


def test_an_empty_calendar_offers_nothing():
    assert choose([], []) == Offer((), as_wished=True)
    assert choose([], [wish(1, 9, 17)]) == Offer((), as_wished=False)


def test_the_alternatives_to_a_slot_are_the_next_free_ones_or_else_the_last():
    hours = WeeklyHours.parse({"mon-fri": "09:00-17:00"})
    calendar = Calendar("acme", ZoneInfo("UTC"), hours, horizon_days=4)
    service = Service("consult", "Consultation", HOUR / 2, (("chair-1",),))
    taken = Busy.of([("chair-1", Span(at(1, 10), at(1, 12)))])

    def instead_of(wanted: datetime) -> list[tuple[int, float]]:
        found = alternatives(calendar, service, wanted, taken, MONDAY)
        return starts(Offer(found, as_wished=False))

    assert instead_of(at(1, 10)) == [(1, 12), (1, 12.5), (1, 13)]
    assert instead_of(at(-7, 10)) == [(0, 9), (0, 9.5), (0, 10)]
    assert instead_of(at(4, 17)) == [(4, 15.5), (4, 16), (4, 16.5)]
    assert instead_of(at(30, 10)) == [(4, 15.5), (4, 16), (4, 16.5)]


some_slots = st.sets(st.integers(0, 200)).map(lambda ns: [a_slot(at(0, n / 2)) for n in sorted(ns)])
some_wishes = st.lists(
    st.builds(
        lambda start, length, grain: wish(0, start / 2, (start + length) / 2, grain),
        st.integers(0, 220),
        st.integers(1, 60),
        st.sampled_from(["minute", "hour", "part_of_day", "day", "week"]),
    ),
    max_size=4,
)


@given(some_slots, some_wishes, st.integers(1, 5))
def test_an_offer_is_a_few_of_the_free_slots_in_order_and_as_wished_if_it_says_so(
    slots, wishes, count
):
    offer = choose(slots, wishes, count)
    assert len(offer.slots) <= count
    assert list(offer.slots) == sorted(set(offer.slots))
    assert set(offer.slots) <= set(slots)
    assert bool(offer.slots) == bool(slots)
    wished = [
        slot for slot in slots if any(w.window.start <= slot.start < w.window.end for w in wishes)
    ]
    if wishes:
        assert offer.as_wished == bool(wished)
        assert not wished or set(offer.slots) <= set(wished)


CALENDAR = Calendar(
    "acme", ZoneInfo("UTC"), WeeklyHours.parse({"mon-fri": "09:00-17:00"}), horizon_days=10
)
SERVICE = Service("consult", "Consultation", HOUR / 2, (("chair-1",),))
HALF_HOURS = st.integers(min_value=-48, max_value=48 * 14)


@given(
    windows=st.lists(st.tuples(HALF_HOURS, st.integers(1, 48 * 5)), max_size=3),
    grain=st.sampled_from(["minute", "hour", "part_of_day", "day", "week"]),
    taken=st.lists(st.tuples(HALF_HOURS, st.integers(1, 48 * 8)), max_size=4),
    now=st.integers(0, 48),
)
def test_looking_only_as_far_as_needed_offers_the_same(windows, grain, taken, now):
    moment = MONDAY + now * HOUR / 2
    wishes = [
        Wish(Span(MONDAY + start * HOUR / 2, MONDAY + (start + length) * HOUR / 2), grain)
        for start, length in windows
    ]
    busy = Busy.of(
        ("chair-1", Span(MONDAY + start * HOUR / 2, MONDAY + (start + length) * HOUR / 2))
        for start, length in taken
    )
    everything = free_slots(CALENDAR, SERVICE, bookable(CALENDAR, moment), busy, moment)
    assert offer(CALENDAR, SERVICE, wishes, busy, moment) == choose(everything, wishes)

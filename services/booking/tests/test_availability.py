from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_booking.domain.availability import Accepted, Reason, Refused, accept, free_slots
from segue_booking.domain.calendar import Calendar, CalendarError, Resource, Service, groups
from segue_booking.domain.hours import WeeklyHours
from segue_booking.domain.span import Busy, Span

NEW_YORK = ZoneInfo("America/New_York")
NOTHING_TAKEN = Busy()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A Monday, well before every window below.
NOW = datetime(2026, 6, 1, 8, tzinfo=NEW_YORK)


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def a_calendar(hours: dict[str, str] | None = None, **changes) -> Calendar:
    written = hours or {"mon-fri": "09:00-17:00"}
    defaults = {"tenant": "acme", "zone": NEW_YORK, "hours": WeeklyHours.parse(written)}
    return Calendar(**(defaults | changes))


def a_service(*requires: tuple[str, ...], minutes: int = 30, **changes) -> Service:
    needs = requires or (("chair-1", "chair-2"),)
    return Service("consult", "Consultation", timedelta(minutes=minutes), needs, **changes)


def clock(slots, zone: ZoneInfo = NEW_YORK) -> list[str]:
    return [slot.start.astimezone(zone).strftime("%H:%M") for slot in slots]


def on(day: str, zone: ZoneInfo = NEW_YORK) -> Span:
    start = local(day, zone)
    return Span(start, start + DAY)


TUESDAY = on("2026-06-02")


def slots_on(day: Span, calendar: Calendar, service: Service, busy: Busy = NOTHING_TAKEN):
    return free_slots(calendar, service, day, busy, NOW)


def test_slots_fill_the_opening_hours_and_end_inside_them():
    calendar = a_calendar({"tue": "09:00-11:00,14:00-15:20"})
    found = clock(slots_on(TUESDAY, calendar, a_service(minutes=45)))
    assert found == ["09:00", "09:30", "10:00", "14:00", "14:30"]


def test_a_closed_day_has_no_slots():
    calendar = a_calendar(closed=frozenset({date(2026, 6, 2)}))
    assert slots_on(TUESDAY, calendar, a_service()) == []
    refused = accept(calendar, a_service(), local("2026-06-02T10:00"), NOTHING_TAKEN, NOW)
    assert refused == Refused(Reason.CLOSED)


def test_a_services_own_hours_stand_in_place_of_the_business_hours():
    evening = a_service(hours=WeeklyHours.parse({"tue": "18:00-19:00"}))
    assert clock(slots_on(TUESDAY, a_calendar(), evening)) == ["18:00", "18:30"]


def test_a_meeting_may_run_over_midnight_where_the_hours_do():
    calendar = a_calendar({"tue": "22:00-24:00", "wed": "00:00-01:00"})
    two_days = Span(TUESDAY.start, TUESDAY.end + DAY)
    found = clock(slots_on(two_days, calendar, a_service(minutes=60)))
    assert found == ["22:00", "22:30", "23:00", "23:30", "00:00"]


def test_any_one_resource_is_enough_and_the_first_free_one_is_taken():
    ten = Span(local("2026-06-02T10:00"), local("2026-06-02T10:30"))
    busy = Busy.of([("chair-1", ten)])
    by_time = {slot.start: slot.resources for slot in slots_on(TUESDAY, a_calendar(), a_service())}
    assert by_time[ten.start] == ("chair-1",)
    accepted = accept(a_calendar(), a_service(), ten.start, busy, NOW)
    assert isinstance(accepted, Accepted)
    assert accepted.resources == ("chair-2",)
    both = Busy.of([("chair-1", ten), ("chair-2", ten)])
    assert accept(a_calendar(), a_service(), ten.start, both, NOW) == Refused(Reason.TAKEN)


def test_staff_and_room_are_free_together_or_not_at_all():
    service = a_service(("dr-a", "dr-b"), ("room-1",))
    ten, eleven = local("2026-06-02T10:00"), local("2026-06-02T11:00")
    busy = Busy.of([("dr-a", Span(ten, ten + HOUR)), ("room-1", Span(eleven, eleven + HOUR))])
    by_time = {s.start: s.resources for s in slots_on(TUESDAY, a_calendar(), service, busy)}
    assert by_time[ten] == ("dr-b", "room-1")
    assert eleven not in by_time


def test_one_person_can_not_stand_in_for_two():
    service = a_service(("dr-a", "dr-b"), ("dr-a",))
    assert slots_on(TUESDAY, a_calendar(), service)[0].resources == ("dr-b", "dr-a")
    alone = a_service(("dr-a",), ("dr-a",))
    assert slots_on(TUESDAY, a_calendar(), alone) == []


def test_buffers_keep_meetings_apart_and_may_lie_outside_the_hours():
    service = a_service(("dr-a",), buffer_before=15 * MINUTE, buffer_after=30 * MINUTE)
    ten = local("2026-06-02T10:00")
    taken = accept(a_calendar(), service, ten, NOTHING_TAKEN, NOW)
    assert isinstance(taken, Accepted)
    assert taken.span == Span(ten - 15 * MINUTE, ten + HOUR)
    after = clock(slots_on(TUESDAY, a_calendar(), service, Busy.of([("dr-a", taken.span)])))
    assert after[:2] == ["11:30", "12:00"]
    assert after[-1] == "16:30"
    assert clock(slots_on(TUESDAY, a_calendar(), service))[0] == "09:00"


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-06-01T07:30", Reason.PAST),
        ("2026-06-01T09:30", Reason.TOO_SOON),
        ("2026-06-11T09:00", Reason.TOO_FAR),
        ("2026-06-02T08:30", Reason.CLOSED),
        ("2026-06-02T16:45", Reason.CLOSED),
        ("2026-06-06T10:00", Reason.CLOSED),
        ("2026-06-02T10:10", Reason.OFF_GRID),
    ],
)
def test_a_start_that_breaks_a_rule_is_refused_with_that_rule(start, reason):
    calendar = a_calendar(notice=2 * HOUR, horizon_days=9)
    answer = accept(calendar, a_service(), local(start), NOTHING_TAKEN, NOW)
    assert answer == Refused(reason)


def test_the_last_bookable_day_is_bookable_to_its_end_and_notice_to_the_minute():
    calendar = a_calendar({"mon-fri": "00:00-24:00"}, notice=2 * HOUR, horizon_days=9)
    everything = Span(NOW, NOW + 20 * DAY)
    found = free_slots(calendar, a_service(), everything, NOTHING_TAKEN, NOW)
    assert found[0].start == NOW + 2 * HOUR
    assert found[-1].start == local("2026-06-10T23:30")


def test_opening_hours_that_a_change_to_summer_time_shortens_lose_slots():
    calendar = a_calendar({"sun": "01:00-04:00"})
    now = local("2026-03-02T08:00")
    found = free_slots(calendar, a_service(), on("2026-03-08"), NOTHING_TAKEN, now)
    assert clock(found) == ["01:00", "01:30", "03:00", "03:30"]
    assert {b.start - a.start for a, b in pairwise(found)} == {30 * MINUTE}


def test_opening_hours_that_a_change_to_winter_time_lengthens_gain_slots():
    calendar = a_calendar({"sun": "00:30-02:30"})
    now = local("2026-10-26T08:00")
    found = free_slots(calendar, a_service(), on("2026-11-01"), NOTHING_TAKEN, now)
    assert clock(found) == ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    assert len({slot.start for slot in found}) == 6
    # Both readings of 01:00 can be asked for, each as its own moment.
    first, second = found[1].start, found[3].start
    assert second - first == HOUR
    for start in (first, second):
        accepted = accept(calendar, a_service(), start.astimezone(NEW_YORK), NOTHING_TAKEN, now)
        assert isinstance(accepted, Accepted)
        assert accepted.slot.start == start


def test_a_time_without_a_zone_is_an_error():
    with pytest.raises(ValueError, match="has no time zone"):
        accept(a_calendar(), a_service(), datetime(2026, 6, 2, 10), NOTHING_TAKEN, NOW)  # noqa: DTZ001


def test_a_definition_that_contradicts_itself_is_an_error():
    assert groups(["a", "b"], []) == (("a", "b"),)
    assert groups(["a", "b"], [["a"], ["b"]]) == (("a",), ("b",))
    with pytest.raises(CalendarError, match="resources c are in no group"):
        groups(["a", "c"], [["a"]])
    with pytest.raises(CalendarError, match="at least one resource"):
        Service("x", "X", HOUR, groups([], []))
    with pytest.raises(CalendarError, match="service consult: no resource chair-2"):
        a_calendar(services=(a_service(),), resources=(Resource("chair-1"),))


ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "UTC"]
# Around changes of the clock in one of the zones, and an ordinary week.
DAYS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 6, 2), date(2026, 10, 31)]
OPEN = ["00:00-24:00", "09:00-12:10,13:00-17:00", "01:15-03:45", "closed", "22:00-24:00"]
NAMES = ["dr-a", "dr-b", "room-1"]
minutes_of = st.integers(0, 90).map(lambda n: n * MINUTE)


@st.composite
def situations(draw):
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    hours = {d: draw(st.sampled_from(OPEN)) for d in ("mon-thu", "fri", "sat", "sun")}
    first = datetime.combine(draw(st.sampled_from(DAYS)), datetime.min.time(), zone)
    calendar = a_calendar(
        hours,
        zone=zone,
        step=draw(st.sampled_from([15, 20, 30, 60])) * MINUTE,
        notice=draw(minutes_of),
        horizon_days=draw(st.integers(0, 3)),
    )
    service = Service(
        "s",
        "S",
        draw(st.sampled_from([15, 30, 50, 120])) * MINUTE,
        draw(st.sampled_from([(("dr-a", "dr-b"),), (("dr-a", "dr-b"), ("room-1",))])),
        draw(minutes_of),
        draw(minutes_of),
    )
    window = Span(first, first + 2 * DAY)
    moments = st.integers(0, 2 * 24 * 12).map(lambda n: window.start + 5 * n * MINUTE)
    lengths = st.integers(1, 40).map(lambda n: 5 * n * MINUTE)
    taken = st.tuples(
        st.sampled_from(NAMES), st.builds(lambda s, n: Span(s, s + n), moments, lengths)
    )
    pairs = draw(st.lists(taken, max_size=25))
    now = window.start + draw(st.integers(-48, 30)) * HOUR
    return calendar, service, window, pairs, now


@settings(max_examples=60, deadline=None)
@given(situations())
def test_exactly_the_listed_slots_are_accepted_as_listed(situation):
    calendar, service, window, pairs, now = situation
    busy = Busy.of(pairs)
    listed = {slot.start: slot for slot in free_slots(calendar, service, window, busy, now)}
    # All opening times, steps and changes of the clock are on multiples of five minutes.
    start = window.start
    while start < window.end:
        answer = accept(calendar, service, start, busy, now)
        assert listed.get(start) == (answer.slot if isinstance(answer, Accepted) else None)
        start += 5 * MINUTE
    assert all(start.timestamp() % 300 == 0 for start in listed)


@settings(max_examples=60, deadline=None)
@given(situations())
def test_a_listed_slot_takes_free_resources_one_of_each_group_within_the_hours(situation):
    calendar, service, window, pairs, now = situation
    for slot in free_slots(calendar, service, window, Busy.of(pairs), now):
        for chosen, group in zip(slot.resources, service.requires, strict=True):
            assert chosen in group
        for resource, span in pairs:
            assert resource not in slot.resources or not span.overlaps(slot.span)
        assert slot.end - slot.start == service.length
        assert slot.span == service.around(slot.meeting)
        assert slot.start >= now + calendar.notice


@settings(max_examples=40, deadline=None)
# At most 46: two days are 47 hours long where clocks go forward.
@given(situations(), st.integers(1, 46))
def test_what_is_listed_does_not_depend_on_where_the_window_is_cut(situation, hours):
    calendar, service, window, pairs, now = situation
    busy, cut = Busy.of(pairs), window.start + hours * HOUR
    parts = Span(window.start, cut), Span(cut, window.end)
    whole = free_slots(calendar, service, window, busy, now)
    assert whole == [s for p in parts for s in free_slots(calendar, service, p, busy, now)]


def test_a_long_horizon_is_listed_in_order_without_repeats():
    calendar = a_calendar({"mon-sun": "00:00-24:00"}, horizon_days=365)
    year = Span(NOW, NOW + 365 * DAY)
    starts = [s.start for s in free_slots(calendar, a_service(), year, NOTHING_TAKEN, NOW)]
    assert starts == sorted(set(starts))
    assert starts[0] == (NOW + HOUR).astimezone(UTC)

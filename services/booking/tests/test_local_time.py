from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_booking.domain.local_time import moment

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # changes by half an hour
    "America/Havana",  # changes at midnight
    "Pacific/Apia",  # left out a whole day
    "Africa/Casablanca",
    "Asia/Kathmandu",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        (date(2026, 7, 1), 9 * 60, "2026-07-01T13:00"),
        (date(2026, 12, 1), 9 * 60, "2026-12-01T14:00"),
        (date(2026, 12, 1), 24 * 60, "2026-12-02T05:00"),
        # 8 March 2026: 02:00 EST becomes 03:00 EDT at 07:00 UTC.
        (date(2026, 3, 8), 119, "2026-03-08T06:59"),
        (date(2026, 3, 8), 120, "2026-03-08T07:00"),
        (date(2026, 3, 8), 150, "2026-03-08T07:00"),
        (date(2026, 3, 8), 180, "2026-03-08T07:00"),
        (date(2026, 3, 8), 181, "2026-03-08T07:01"),
        # 1 November 2026: 02:00 EDT becomes 01:00 EST at 06:00 UTC.
        (date(2026, 11, 1), 60, "2026-11-01T05:00"),
        (date(2026, 11, 1), 90, "2026-11-01T05:30"),
        (date(2026, 11, 1), 120, "2026-11-01T07:00"),
    ],
)
def test_a_local_time_is_the_first_moment_at_which_the_clock_has_reached_it(day, minutes, expected):
    assert moment(day, minutes, NEW_YORK) == at(expected)


def test_a_day_that_a_country_left_out_has_no_length():
    apia = ZoneInfo("Pacific/Apia")
    assert moment(date(2011, 12, 30), 0, apia) == moment(date(2011, 12, 31), 0, apia)


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=st.dates(date(2009, 1, 1), date(2030, 12, 31)),
    minutes=st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted),
)
def test_later_on_the_wall_is_never_earlier_in_fact(zone, day, minutes):
    earlier, later = (moment(day, minute, zone) for minute in minutes)
    assert earlier <= later
    assert later <= moment(day + timedelta(days=1), 0, zone)


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=st.dates(date(2009, 1, 1), date(2030, 12, 31)),
    minutes=st.integers(0, 1439),
)
def test_the_clock_has_reached_the_time_then_and_not_a_second_before(zone, day, minutes):
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    found = moment(day, minutes, zone)
    assert found.astimezone(zone).replace(tzinfo=None) >= wall
    before = found - timedelta(seconds=1)
    assert before.astimezone(zone).replace(tzinfo=None) < wall

"""Times that people name: where they lie, and what is no time at all."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.understanding import Context, TimeReference, understand

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=NEW_YORK)  # a Wednesday


def times(text: str, *, now: datetime = NOW, context: Context | None = None) -> list[TimeReference]:
    return list(understand(text, context=context or Context(), now=now).times)


def told(text: str, **more: object) -> list[tuple[str, str, str]]:
    found = times(text, **more)  # type: ignore[arg-type]  # keywords pass through
    return [(f"{t.start:%m-%d %H:%M}", f"{t.end:%m-%d %H:%M}", t.grain) for t in found]


@pytest.mark.parametrize(
    ("text", "start", "end", "grain"),
    [
        ("tomorrow at 3", "11-19 15:00", "11-19 16:00", "hour"),
        ("next tuesday afternoon", "11-24 12:00", "11-24 17:00", "part_of_day"),
        ("friday 10:30am", "11-20 10:30", "11-20 10:31", "minute"),
        ("the 14th", "12-14 00:00", "12-15 00:00", "day"),
        ("after 5", "11-18 17:00", "11-19 00:00", "part_of_day"),
        ("in an hour", "11-18 11:20", "11-18 11:21", "minute"),
        ("in 20 minutes", "11-18 10:40", "11-18 10:41", "minute"),
        ("this weekend", "11-21 00:00", "11-23 00:00", "day"),
        ("3ish", "11-18 15:00", "11-18 16:00", "hour"),
        ("noon", "11-18 12:00", "11-18 13:00", "hour"),
        ("half past four", "11-18 16:30", "11-18 16:31", "minute"),
        ("quarter to five", "11-18 16:45", "11-18 16:46", "minute"),
        ("between 2 and 4 tomorrow", "11-19 14:00", "11-19 16:00", "hour"),
        ("2-4pm on thursday", "11-19 14:00", "11-19 16:00", "hour"),
        ("any time next week", "11-23 00:00", "11-30 00:00", "week"),
        ("at 15:30", "11-18 15:30", "11-18 15:31", "minute"),
        ("12/3", "12-03 00:00", "12-04 00:00", "day"),
        ("Dec 3", "12-03 00:00", "12-04 00:00", "day"),
        ("3rd of December", "12-03 00:00", "12-04 00:00", "day"),
        ("friday the 4th of december at 9", "12-04 09:00", "12-04 10:00", "hour"),
        ("tuesday next week", "11-24 00:00", "11-25 00:00", "day"),
        ("tonight at 7", "11-18 19:00", "11-18 20:00", "hour"),
        ("8 in the morning", "11-19 08:00", "11-19 09:00", "hour"),
        ("five thirty tomorrow", "11-19 17:30", "11-19 17:31", "minute"),
        ("2026-12-24 15:00", "12-24 15:00", "12-24 15:01", "minute"),
        ("can I come by around 4", "11-18 16:00", "11-18 17:00", "hour"),
        ("how about 5", "11-18 17:00", "11-18 18:00", "hour"),
        ("in december", "12-01 00:00", "01-01 00:00", "month"),
        ("the afternoon of the 20th", "11-20 12:00", "11-20 17:00", "part_of_day"),
    ],
)
def test_a_time_is_read_where_it_lies(text: str, start: str, end: str, grain: str) -> None:
    assert told(text) == [(start, end, grain)]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Monday or Tuesday morning", ["11-23 06:00", "11-24 06:00"]),
        ("mon-wed after 4", ["11-23 16:00", "11-24 16:00", "11-25 16:00"]),
        ("tomorrow at 3 or 4", ["11-19 15:00", "11-19 16:00"]),
        ("either 2 or 3pm tomorrow", ["11-19 14:00", "11-19 15:00"]),
        ("monday, tuesday or friday after 5", ["11-23 17:00", "11-24 17:00", "11-20 17:00"]),
        ("I'm free monday 9-12 and thursday 2-5", ["11-23 09:00", "11-19 14:00"]),
    ],
)
def test_alternatives_share_what_they_leave_out(text: str, starts: list[str]) -> None:
    assert [start for start, _, _ in told(text)] == starts


@pytest.mark.parametrize(
    "text",
    [
        "3 bedrooms and 2 kids for $800",
        "call 212 555 0187",
        "at 3 locations",
        "after 5 years",
        "from 10 to 15 thousand",
        "last friday I came by",
        "3 days ago",
        "I'm on the 3rd floor",
        "open 24/7",
        "sorry I sat down",
        "I may come",
        "it costs 10.50",
        "the first one",
        "the second",
        "option 2",
        "between 5 and 6 people",
        "2 adults and 1 child",
    ],
)
def test_a_number_or_word_that_is_no_time_is_not_read_as_one(text: str) -> None:
    assert times(text) == []


@pytest.mark.parametrize(
    ("hour", "read"), [(7, 7), (8, 8), (11, 11), (12, 12), (1, 13), (3, 15), (6, 18)]
)
def test_a_bare_hour_lies_between_seven_and_eight_in_the_evening(hour: int, read: int) -> None:
    assert times(f"tomorrow at {hour}")[0].start.hour == read


def test_seven_today_is_in_the_evening_once_the_morning_is_over() -> None:
    assert times("today at 7")[0].start.hour == 19


@pytest.mark.parametrize(
    ("today", "friday"),
    [(16, 27), (18, 27), (20, 27), (22, 27), (23, 4)],
)
def test_next_friday_is_the_friday_of_the_next_calendar_week(today: int, friday: int) -> None:
    assert times("next friday", now=NOW.replace(day=today))[0].start.day == friday


def test_a_bare_weekday_is_never_today() -> None:
    assert times("wednesday")[0].start.day == 25


def test_an_hour_from_now_is_an_hour_when_the_clocks_go_back() -> None:
    before = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK)
    found = times("in 2 hours", now=before)[0].start
    assert found.timestamp() - before.timestamp() == 7200
    assert (found.hour, found.utcoffset()) == (1, timedelta(hours=-5))


def test_a_wall_clock_time_keeps_its_face_across_the_change() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=NEW_YORK)
    found = times("tomorrow at 3", now=before)[0].start
    assert (found.hour, found.utcoffset()) == (15, timedelta(hours=-5))


def test_a_time_that_the_clocks_skip_moves_on() -> None:
    before = datetime(2026, 3, 7, 12, 0, tzinfo=NEW_YORK)
    assert f"{times('tomorrow at 2:30am', now=before)[0].start:%H:%M %z}" == "03:30 -0400"


def test_day_and_month_follow_the_region() -> None:
    assert times("12/3", context=Context(region="GB"))[0].start.month == 3


def test_a_bare_number_is_an_hour_when_a_slot_was_asked_for() -> None:
    assert times("3") == []
    assert times("3", context=Context(question="choose_slot"))[0].start.hour == 15


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        understand("hi", now=datetime(2026, 1, 1))  # noqa: DTZ001


PIECES = st.sampled_from(
    [
        "tomorrow",
        "today",
        "friday",
        "next",
        "this",
        "weekend",
        "the",
        "14th",
        "12/3",
        "dec",
        "march",
        "at",
        "3",
        "3pm",
        "10:30",
        "after",
        "before",
        "between",
        "and",
        "or",
        "noon",
        "morning",
        "in",
        "an",
        "hour",
        "2",
        "weeks",
        "half",
        "past",
        "four",
        "on",
        "from",
        "to",
        "-",
        "ish",
        "feb",
        "29",
        "30",
        "31st",
        "week",
        "month",
        "year",
        "tonight",
        "24",
        "0",
        "99",
    ]
)

SOME_YEARS = (datetime(2024, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001  # a zone is added


@given(
    words=st.lists(PIECES, max_size=12),
    now=st.datetimes(*SOME_YEARS),
    zone=st.sampled_from(["America/New_York", "Europe/Warsaw", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_every_time_is_a_span_in_the_zone_of_now(
    words: list[str], now: datetime, zone: str
) -> None:
    aware = now.replace(tzinfo=ZoneInfo(zone))
    text = " ".join(words)
    for time in times(text, now=aware):
        assert time.start.timestamp() < time.end.timestamp()
        assert time.start.tzinfo == time.end.tzinfo == aware.tzinfo
        assert time.quote
        assert time.quote in text

"""More ways to name a time: weeks from a day, days of a month, halves of a day, what won't do."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from segue_dialogue.understanding import Context, understand

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=ZoneInfo("America/New_York"))  # a Wednesday


def told(text: str, question: str | None = None) -> list[tuple[str, str]]:
    found = understand(text, context=Context(question=question), now=NOW).times
    return [(f"{t.start:%m-%d %H:%M}", f"{t.end:%m-%d %H:%M}") for t in found]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in december on the 7th", "12-07 00:00", "12-08 00:00"),
        ("the 9th of next month", "12-09 00:00", "12-10 00:00"),
        ("on the 4th in january", "01-04 00:00", "01-05 00:00"),
        ("the friday after next", "12-04 00:00", "12-05 00:00"),
        ("the weekend after next", "12-05 00:00", "12-07 00:00"),
        ("the week after next", "11-30 00:00", "12-07 00:00"),
        ("day after tomorrow at 11", "11-20 11:00", "11-20 12:00"),
        ("a week from thursday", "11-26 00:00", "11-27 00:00"),
        ("two weeks on monday", "12-07 00:00", "12-08 00:00"),
        ("thursday week", "11-26 00:00", "11-27 00:00"),
        ("after work", "11-18 17:00", "11-18 21:00"),
        ("after lunch on friday", "11-20 13:00", "11-20 17:00"),
        ("before lunch tomorrow", "11-19 09:00", "11-19 12:00"),
        ("around lunchtime tomorrow", "11-19 12:00", "11-19 14:00"),
        ("by 5", "11-18 00:00", "11-18 17:00"),
        ("fri b4 noon", "11-20 00:00", "11-20 12:00"),
        ("first thing tomorrow", "11-19 07:00", "11-19 10:00"),
        ("sometime next month", "12-01 00:00", "01-01 00:00"),
        ("tonight at half 8", "11-18 20:30", "11-18 20:31"),
        ("noonish", "11-18 12:00", "11-18 13:00"),
        ("thursday am", "11-19 06:00", "11-19 12:00"),
        ("tomorrow pm", "11-19 12:00", "11-19 18:00"),
        ("after 2 but before 5", "11-18 14:00", "11-18 17:00"),
        ("the first monday of next month", "12-07 00:00", "12-08 00:00"),
        ("last week of november", "11-24 00:00", "12-01 00:00"),
        ("dec 3rd-5th", "12-03 00:00", "12-06 00:00"),
        ("next november", "11-01 00:00", "12-01 00:00"),
        ("christmas eve", "12-24 00:00", "12-25 00:00"),
        ("at 1430", "11-18 14:30", "11-18 14:31"),
        ("9 to 11 tmrw", "11-19 09:00", "11-19 11:00"),
    ],
)
def test_a_time_lies_where_it_was_said(text: str, start: str, end: str) -> None:
    assert told(text) == [(start, end)]


def test_alternatives_share_the_hour_or_the_month() -> None:
    assert [start for start, _ in told("either Tue or Thu after 2")] == [
        "11-24 14:00",
        "11-19 14:00",
    ]
    assert [start for start, _ in told("dec 3 or 4")] == ["12-03 00:00", "12-04 00:00"]


@pytest.mark.parametrize("text", ["not tuesday", "any day but friday", "except on monday"])
def test_a_day_that_will_not_do_is_not_offered_back(text: str) -> None:
    assert told(text) == []


def test_the_day_meant_is_told_from_the_day_that_is_not() -> None:
    assert told("the thursday not the friday") == [("11-19 00:00", "11-20 00:00")]


def test_a_time_with_a_dot_is_one_where_a_time_was_asked_for() -> None:
    assert told("9.30", "choose_slot") == [("11-19 09:30", "11-19 09:31")]
    assert told("it costs 9.30") == []

"""Times, days, money, numbers and lists read as people of the language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.phrasing import (
    format_day,
    format_money,
    format_phone,
    format_slot,
    format_slots,
    format_time,
    is_right_to_left,
    join_or,
    phone_hint,
)

TODAY = date(2026, 12, 1)
SLOT = datetime(2026, 12, 8, 15, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tuesday, December 8 at 3:00 PM"),
        ("en-US", "Tuesday, December 8 at 3:00 PM"),
        ("en-GB", "Tuesday 8 December at 15:00"),
        ("es", "martes, 8 de diciembre a las 15:00"),
        ("es-MX", "martes, 8 de diciembre a las 3:00 p.m."),
    ],
)
def test_a_slot_is_written_as_its_readers_write_it(language: str, text: str) -> None:
    assert format_slot(SLOT, language, today=TODAY) == text


@pytest.mark.parametrize(
    ("language", "hour", "text"),
    [
        ("es", 1, "hoy a la 1:00"),
        ("es", 13, "hoy a las 13:00"),
        ("es-MX", 13, "hoy a la 1:00 p.m."),
        ("es-MX", 0, "hoy a las 12:00 a.m."),
    ],
)
def test_one_o_clock_is_singular_where_the_language_has_it_so(
    language: str, hour: int, text: str
) -> None:
    start = datetime(2026, 12, 1, hour, tzinfo=UTC)
    assert format_slot(start, language, today=TODAY) == text


def test_the_zone_of_the_slot_decides_what_the_clock_says() -> None:
    assert format_time(SLOT, "en-GB") == "15:00"
    assert format_time(SLOT.astimezone(UTC), "en-GB") == "20:00"


def test_near_days_have_names_and_far_ones_their_year() -> None:
    assert format_day(TODAY, "en", today=TODAY) == "today"
    assert format_day(date(2026, 12, 2), "es", today=TODAY) == "mañana"
    assert format_day(SLOT, "en-GB", today=date(2026, 12, 8)) == "today"
    assert "2027" in format_day(date(2027, 12, 8), "en", today=TODAY)


def test_offers_of_one_day_name_the_day_once() -> None:
    nine = datetime(2026, 12, 2, 9, tzinfo=SLOT.tzinfo)
    text = format_slots([SLOT, nine, nine.replace(hour=10)], "en-GB", today=TODAY)
    assert text == "tomorrow at 09:00 or 10:00; Tuesday 8 December at 15:00"
    assert format_slots([], "en", today=TODAY) == ""


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (1500, "USD", "en", "$1,500"),
        (Decimal("1500.50"), "USD", "en", "$1,500.50"),
        (99.9, "EUR", "es", "99,90 €"),
        (1500, "JPY", "en", "¥1,500"),
        (12500, "EUR", "es", "12.500 €"),
    ],
)
def test_money_has_no_empty_decimals(
    amount: Decimal | int | float, currency: str, language: str, text: str
) -> None:
    assert format_money(amount, currency, language) == text


@given(st.datetimes(), st.sampled_from(["en", "en-GB", "es", "fr", "ar", "ja", "xx"]))
def test_nothing_that_is_written_has_a_space_that_makes_a_text_message_longer(
    start: datetime, language: str
) -> None:
    text = format_slot(start, language, today=TODAY) + format_money(1234.5, "EUR", language)
    assert not {"\u00a0", "\u202f"} & set(text)


def test_a_list_of_choices_has_no_serial_comma() -> None:
    assert join_or(["A", "B", "C"], "en") == "A, B or C"
    assert join_or(["A", "B"], "es") == "A o B"
    assert join_or(["A"], "en") == "A"
    assert join_or([], "en") == ""


def test_a_language_without_a_catalogue_keeps_to_one_language_in_a_sentence() -> None:
    assert format_slot(SLOT, "tlh", today=TODAY) == format_slot(SLOT, "en", today=TODAY)
    assert join_or(["A", "B"], "tlh") == "A or B"


def test_a_phone_number_keeps_its_direction_among_right_to_left_words() -> None:
    assert format_phone("+12025550123", "en") == "+1 202-555-0123"
    assert format_phone("+12025550123", "ar") == "\u2066+1 202-555-0123\u2069"
    assert phone_hint("+12025550123", "en") == " (+1 202-555-0123)"
    assert phone_hint(None, "en") == ""


@pytest.mark.parametrize("language", ["ar", "he", "iw", "fa", "ur", "ar-EG"])
def test_right_to_left_languages_are_known(language: str) -> None:
    assert is_right_to_left(language)
    assert not is_right_to_left("en")

"""Suggested words that promise anything are not sent."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.model import safe_wording
from segue_dialogue.phrasing import format_slot

SLOT = format_slot(datetime(2026, 12, 8, 15, tzinfo=UTC), "en", today=date(2026, 12, 1))


@pytest.mark.parametrize(
    "reply",
    [
        "Thanks, that helps. Who else has a say in it?",
        "May I ask what you have in mind, e.g. a first check or a cleaning?",
        "Of course, we can talk about that. How can I help you today?",
        "Gracias, es útil saberlo. ¿Para cuántas personas es?",
        "A budget of $2,500 is good to know.",
        f"Would {SLOT} suit you?",
    ],
)
def test_plain_wording_passes_as_it_is(reply: str) -> None:
    assert safe_wording(reply, allowed_numbers=[2500], allowed_slots=[SLOT]) == reply


@pytest.mark.parametrize(
    "reply",
    [
        "How about 15:00?",
        "How about 15.30?",
        "How about 15h30?",
        "How about 3pm?",
        "How about 3 p.m.?",
        "Let's say at three.",
        "Three o'clock then.",
        "Around noon works.",
        "Half past nine is free.",
        "I can see you on Tuesday.",
        "Tomorrow is free.",
        "You have it on December 9.",
        "15時はいかがですか",
        "That costs $99.",
        "It's only 99 euros.",
        "Fifty dollars and it's yours.",
        "You get 10% off.",
        "You get 25 percent off.",
        "There's a discount for you.",
        "The first visit is free of charge.",
        "Te hacemos un descuento.",
        "Es gratis.",
        "We guarantee it.",
        "Call us on +1 202 555 0199.",
        "Ring (202) 555-0199.",
        "See https://evil.example/pay",
        "See evil.example for more",
        "Write to me at a@evil.example",
        "Go to evil\u200b.example now",
        "That is ＄９９.",
        "التكلفة ٩٩ دولار",
        "",
        "   ",
        "word " * 200,
    ],
)
def test_wording_that_promises_or_points_elsewhere_is_refused(reply: str) -> None:
    assert safe_wording(reply, allowed_numbers=[2500], allowed_slots=[SLOT]) is None


def test_no_wording_is_no_wording() -> None:
    assert safe_wording(None) is None


def test_another_time_beside_an_allowed_slot_is_refused() -> None:
    assert safe_wording(f"{SLOT}, or 4:30 PM?", allowed_slots=[SLOT]) is None


def test_an_allowed_number_is_no_leave_for_a_time_or_a_percentage() -> None:
    assert safe_wording("At 5 pm?", allowed_numbers=[5]) is None
    assert safe_wording("You get 5% off", allowed_numbers=[5]) is None


@pytest.mark.parametrize("written", ["$2,500", "2500.00 USD", "2.500 €", "2 500 €", "$2500."])
def test_an_allowed_number_may_be_written_as_people_write_it(written: str) -> None:
    assert safe_wording(f"So {written}", allowed_numbers=[2500.0]) is not None


def test_an_allowed_phone_number_may_be_written_in_groups() -> None:
    reply = "We have +1 (202) 555-0123 for you, is that right?"
    assert safe_wording(reply, allowed_numbers=["+12025550123"]) == reply


def test_days_are_known_in_the_language_of_the_conversation() -> None:
    assert safe_wording("¿Le va bien el martes?", language="es") is None
    assert safe_wording("Passt Ihnen Dienstag?", language="de") is None
    assert safe_wording("在星期二可以吗", language="zh") is None


@given(st.text(max_size=40), st.integers(0, 10**12), st.text(max_size=40))
def test_no_number_passes_that_was_not_allowed(before: str, number: int, after: str) -> None:
    assert safe_wording(f"{before} {number} {after}") is None

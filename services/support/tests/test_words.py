"""Slips of the finger, days between two named ones, and paragraphs that are quoted whole."""

import pytest
from segue_support.domain.lexical import LexicalIndex
from segue_support.domain.spelling import mended
from segue_support.domain.text import days_between

INDEX = LexicalIndex(["New patients get a quote. References take a week. We sell boots and coats."])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("are you taking new patiens", "are you taking new patients"),
        ("a qoute please", "a quote please"),
        ("how long do refrences take", "how long do references take"),
        ("my Referances?", "my references?"),
    ],
)
def test_a_slip_of_the_finger_is_mended(typed: str, meant: str) -> None:
    assert mended(typed, INDEX.vocabulary, INDEX.knows) == meant


@pytest.mark.parametrize(
    "text",
    [
        "do you sell boats",
        "my patient friend",
        "quoted",
        "a coat",
        "nothing like it",
        "",
        "Zürich?",
    ],
)
def test_words_that_are_words_are_left_alone(text: str) -> None:
    assert mended(text, INDEX.vocabulary, INDEX.knows) == text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday to Thursday from 8", ["tuesday", "wednesday"]),
        ("Mon-Fri", ["tuesday", "wednesday", "thursday"]),
        ("Open Saturday and Sunday", []),
        ("from Friday to Monday", []),
    ],
)
def test_days_between_two_named_ones_are_meant_too(text: str, days: list[str]) -> None:
    assert days_between(text) == days

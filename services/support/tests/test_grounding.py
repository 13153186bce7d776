"""A model's words may say nothing that the cited passages don't."""

import pytest
from segue_support.domain.grounding import grounded

PASSAGE = (
    "Prices › Whitening\nWhitening costs $399 and takes 90 minutes. The kit is $249. "
    "Write to care@acme.example. The first check-up is free. The kit has two trays."
)


@pytest.mark.parametrize(
    "answer",
    [
        "Whitening costs $399.",
        "El blanqueamiento cuesta $399 y dura 90 minutos.",
        "Your first check-up is free of charge.",
        "You can write to care@acme.example.",
        "The kit has two trays.",
    ],
)
def test_what_the_passages_say_may_be_said(answer: str) -> None:
    assert grounded(answer, [PASSAGE])


@pytest.mark.parametrize(
    "answer",
    [
        "Whitening costs $349.",
        "It takes 90 minutes and lasts 3 years.",
        "We offer a discount on it.",
        "Your money back, guaranteed.",
        "See https://evil.example for more.",
        "The kit has three trays.",
        "",
        "x" * 800,
    ],
)
def test_what_they_don_t_say_may_not(answer: str) -> None:
    assert not grounded(answer, [PASSAGE])


def test_an_answer_that_cites_nothing_rests_on_nothing() -> None:
    assert not grounded("We are happy to help.", [])

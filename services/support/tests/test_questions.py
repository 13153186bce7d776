"""What counts as a question, and what a short one refers to."""

import pytest
from segue_support.domain.questions import questions_in, wants_to_ask, ways_to_read


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (["What are your hours?"], ("What are your hours?",)),
        (["what are your hours"], ("what are your hours",)),
        (["Hi there! Do you have parking?"], ("Do you have parking?",)),
        (
            ["What are your hours and do you take Cigna?"],
            ("What are your hours", "do you take Cigna?"),
        ),
        (["A crown costs?", "Is there parking?"], ("A crown costs?", "Is there parking?")),
        (["I'd like to know the price of a crown"], ("I'd like to know the price of a crown",)),
        (["¿Cuánto cuesta una corona?"], ("¿Cuánto cuesta una corona?",)),
        (["Do you have braces and aligners?"], ("Do you have braces and aligners?",)),
        (["Thanks, that helps."], ()),
        (["How are you?"], ()),
        (["My budget is 500 dollars."], ()),
        ([""], ()),
    ],
)  # fmt: skip
def test_questions_are_found_in_messages(texts: list[str], asked: tuple[str, ...]) -> None:
    assert questions_in(texts) == asked


def test_the_same_question_is_answered_once() -> None:
    assert questions_in(["Where are you located?", "Where are you located?"]) == (
        "Where are you located?",
    )


def test_somebody_may_say_that_they_have_a_question() -> None:
    assert wants_to_ask(["I have a question"])
    assert not wants_to_ask(["Sounds good"])


def test_a_question_that_refers_takes_along_what_was_spoken_of() -> None:
    first, second = ways_to_read("and how long do they take?", ["How much do braces cost?"])
    assert "braces" in first
    assert second == "and how long do they take?"


def test_a_question_that_stands_by_itself_is_left_alone() -> None:
    question = "How much does a crown cost?"
    assert ways_to_read(question, ["How much do braces cost?"]) == (question,)

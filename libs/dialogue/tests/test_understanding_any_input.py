"""Whatever is sent, the understanding answers, and quotes only what was said."""

import json
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_dialogue.understanding import INTENTS, Context, Understanding, understand

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
QUESTIONS = [
    "budget",
    "authority",
    "need",
    "timeline",
    "people",
    "name",
    "phone",
    "email",
    "consent_call",
    "offer_next_step",
    "choose_slot",
    "confirm_booking",
]
WORDS = st.sampled_from(
    [
        "hi",
        "I'm",
        "Dana",
        "my",
        "budget",
        "is",
        "$2k",
        "3",
        "k",
        "tomorrow",
        "at",
        "3pm",
        "+1",
        "212",
        "555",
        "0187",
        "a@b.co",
        "stop",
        "call",
        "me",
        "need",
        "a",
        "new",
        "roof",
        "asap",
        "just",
        "me",
        "wife",
        "no",
        "idea",
        "June",
        "14th",
        "£",
        "€",
        "٣",
        "ｆｕｌｌ",
        "İ",
        "ß",
        "👍",
        "\u202e",
        "\u200d",
        "\x00",
        "\n",
        ",",
        ".",
        "?",
        "-",
        "/",
    ]
)
ANYTHING = st.text(max_size=300) | st.lists(WORDS, max_size=30).map(" ".join)


def read(text: str, context: Context | None = None) -> Understanding:
    return understand(text, context=context or Context(), now=NOW)


@settings(max_examples=300, deadline=None)
@given(text=ANYTHING, question=st.sampled_from(QUESTIONS) | st.none())
def test_any_text_is_understood_and_quoted_verbatim(text: str, question: str | None) -> None:
    understood = read(text, Context(question=question))
    assert understood.intent in INTENTS
    assert 0 <= understood.confidence <= 1
    for found in (*understood.facts, *understood.times):
        assert found.quote
        assert found.quote in text


@settings(max_examples=100, deadline=None)
@given(text=ANYTHING)
def test_the_same_words_mean_the_same_every_time(text: str) -> None:
    assert read(text) == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂🙂🙂",
        "\u202e\u202d",
        "\x00\x01\x07",
        "\ud800 broken \udfff",
        "ﷺ" * 500,
        "İ" * 50,
    ],
)
def test_odd_messages_are_harmless(text: str) -> None:
    assert read(text).intent in INTENTS


@pytest.mark.parametrize("text", ["", "🙂", "...", "\u200b"])
def test_a_message_without_words_means_nothing(text: str) -> None:
    understood = read(text)
    assert understood.intent == "other"
    assert understood.facts == ()


def test_a_very_long_message_keeps_its_opening_and_its_end() -> None:
    text = "I'm Dana. " + "blah blah " * 1000 + "My budget is $2,000."
    found = {fact.slot: fact.value for fact in read(text).facts}
    assert found["name"] == "Dana"
    assert found["budget"] == {"amount": 2000, "currency": "USD", "bound": "exact"}


@pytest.mark.parametrize(
    "text",
    ["1" * 10_000, "a@" * 5000, "at 3 or " * 1250, "$" * 10_000, "the " * 2500,
     "one hundred " * 800,
     "next week " * 1000, "please " * 1400, "-" * 10_000, "my wife and " * 800, "'" * 9000],
)  # fmt: skip
def test_a_longer_message_takes_no_longer_than_what_is_read_of_it(text: str) -> None:
    read("warm")
    half, whole = cpu_seconds(text[: len(text) // 2]), cpu_seconds(text)
    assert whole < max(half, 0.01) * 5


def cpu_seconds(text: str) -> float:
    start = process_time()
    read(text)
    return process_time() - start


@pytest.mark.parametrize("question", [None, "budget", "people", "need", "phone", "timeline"])
@pytest.mark.parametrize(
    "text",
    ["7" * 10_000, "I have " + "9" * 400 + " dollars", "٣" * 400, "1" + "0" * 307 + "k"],
    ids=["digits", "dollars", "arabic", "scaled"],
)
def test_what_is_found_can_be_written_as_json(text: str, question: str | None) -> None:
    found = understand(text, context=Context(question=question), now=NOW)
    json.dumps(found.model_dump(mode="json"), allow_nan=False)
    for fact in found.facts:
        json.dumps(fact.value, allow_nan=False)

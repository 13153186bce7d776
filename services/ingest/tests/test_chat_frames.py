"""A bad frame is answered with what is wrong with it."""

import json

import pytest
from segue_ingest.chat.frames import BadFrame, Say, read


def test_what_is_said_is_trimmed_and_cleaned() -> None:
    frame = read(json.dumps({"type": "say", "client_id": "c-1", "text": "  hi\x00 "}))
    assert isinstance(frame, Say)
    assert frame.text == "hi"


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        ("", 400),
        ("[]", 400),
        ('{"type": "shout"}', 400),
        ('{"type": "say", "client_id": "c"}', 422),
        ('{"type": "say", "client_id": "c", "text": "   "}', 422),
        ('{"type": "say", "client_id": "a/b", "text": "x"}', 422),
        (json.dumps({"type": "say", "client_id": "c", "text": "x" * 12_001}), 422),
        ("x" * 40_000, 413),
    ],
)
def test_a_frame_that_cannot_be_taken_says_why(frame: str, status: int) -> None:
    with pytest.raises(BadFrame) as error:
        read(frame)
    assert error.value.status == status
    assert error.value.detail


@pytest.mark.parametrize("text", ["x" * 10_000, '"' * 10_000, "🦷" * 10_000, "\u202e\u200b😀"])
def test_long_and_odd_words_are_taken(text: str) -> None:
    frame = read(json.dumps({"type": "say", "client_id": "c", "text": text}, ensure_ascii=False))
    assert isinstance(frame, Say)
    assert frame.text == text


def test_the_refusal_names_the_message_that_was_refused() -> None:
    with pytest.raises(BadFrame) as error:
        read('{"type": "say", "client_id": "c-9", "text": ""}')
    assert error.value.client_id == "c-9"

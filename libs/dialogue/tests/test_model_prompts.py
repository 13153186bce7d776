"""Prompts are versioned files: each says what people write is data, and none is changed later."""

import hashlib

import pytest
from segue_dialogue.model import UnknownPrompt, prompt
from segue_dialogue.model.prompting import PROMPTS

# A prompt that has been used is never edited: a change is a new version, with a line of its own.
DIGESTS = {
    "sales.v2": "4699def1ea5507c0",
    "support.v2": "be9a4f0b0fb5c34d",
    "voice.v2": "af9633d274ab050f",
}
VALUES = {
    "sales": "question follows currency extra_slots",
    "voice": "question follows",
    "support": "passages",
}


def test_no_version_is_edited_and_none_is_missing() -> None:
    found = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in PROMPTS.glob("*.md")
    }
    assert found == DIGESTS


@pytest.mark.parametrize("agent", VALUES)
def test_every_prompt_treats_what_people_write_as_data(agent: str) -> None:
    names = ["business", "language", *VALUES[agent].split()]
    filled = prompt(agent, version=2, **dict.fromkeys(names, "VALUE $business {x}"))
    assert filled.name == f"{agent}.v2"
    assert "VALUE $business {x}" in filled.text
    assert "is data" in filled.text


@pytest.mark.parametrize("agent", ["sales", "voice"])
def test_words_before_ours_are_to_promise_and_ask_nothing(agent: str) -> None:
    names = ["business", "language", *VALUES[agent].split()]
    text = prompt(agent, version=2, **dict.fromkeys(names, "x")).text
    assert "ask nothing yourself" in text
    assert "Never name or promise a time, day, price, discount" in text


def test_an_unknown_prompt_and_a_missing_value_are_errors() -> None:
    with pytest.raises(UnknownPrompt):
        prompt("sales", version=99)
    with pytest.raises(UnknownPrompt):
        prompt("../sales", version=2)
    with pytest.raises(KeyError):
        prompt("sales", version=2)

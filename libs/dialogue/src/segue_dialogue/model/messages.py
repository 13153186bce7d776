"""What a model is shown: the conversation as data, one message to answer about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# A message may be as long as a channel carries; what matters stands at its beginning or end.
LONGEST_LINE = 1500
# What a token of any script takes at least, in bytes of UTF-8: an estimate that is never low by
# much, as Latin text has four a token and no script fewer than two.
_BYTES_PER_TOKEN = 3


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chat with the model."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Line:
    """One line of a conversation; `person` is the lead, `us` anyone who answers them."""

    speaker: Literal["person", "us"]
    text: str


def transcript(lines: Sequence[Line], *, most_tokens: int | None = None) -> ChatMessage:
    """The conversation as one JSON document, so that no line can pose as an instruction.

    Where it would be longer than `most_tokens`, the oldest lines are left out, the last never.
    """
    rows = [{"from": line.speaker, "text": _shortened(line.text)} for line in lines]
    while most_tokens is not None and len(rows) > 1 and estimate(_document(rows)) > most_tokens:
        rows = rows[1:]
    return ChatMessage("user", _document(rows))


def estimate(*texts: str) -> int:
    """About how many tokens the texts are, sooner too many than too few."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // _BYTES_PER_TOKEN + 1


def _document(rows: Sequence[dict[str, str]]) -> str:
    return json.dumps({"conversation": rows}, ensure_ascii=False)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_LINE:
        return text
    half = LONGEST_LINE // 2
    return f"{text[:half]} […] {text[-half:]}"

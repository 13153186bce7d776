"""What a model is shown: the conversation as data, one message to answer about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


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


def transcript(lines: Sequence[Line]) -> ChatMessage:
    """The conversation as one JSON document, so that no line can pose as an instruction.

    `index` counts the person's lines alone from 0: what `message_index` of a fact refers to.
    """
    rows: list[dict[str, str | int]] = []
    index = 0
    for line in lines:
        row: dict[str, str | int] = {"from": line.speaker, "text": line.text}
        if line.speaker == "person":
            row["index"] = index
            index += 1
        rows.append(row)
    return ChatMessage("user", json.dumps({"conversation": rows}, ensure_ascii=False))

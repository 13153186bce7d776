"""The frames of ConversationRelay: what the carrier sends, and what it is sent.

Source: Twilio, "ConversationRelay: WebSocket messages".
"""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from segue_common.events.calls import CallOutcome

from segue_voice_bridge.domain.speech import Speech

LARGEST_FRAME = 32 * 1024
# A sentence is spoken while the next one is still on its way.
_SENTENCE = re.compile(r"[^.!?]*[.!?]+\s*|[^.!?]+$")


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Setup(_Frame):
    type: Literal["setup"]
    sessionId: str
    callSid: str


class Prompt(_Frame):
    type: Literal["prompt"]
    voicePrompt: str
    last: bool = True


class Dtmf(_Frame):
    type: Literal["dtmf"]
    digit: str = Field(pattern=r"^[0-9*#A-D]$")


class Interrupt(_Frame):
    """The duration, a number or in older sessions a string, isn't needed."""

    type: Literal["interrupt"]
    utteranceUntilInterrupt: str = ""


class Error(_Frame):
    type: Literal["error"]
    description: str = ""


Frame = Setup | Prompt | Dtmf | Interrupt | Error
_FRAMES: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(raw: str) -> Frame | None:
    """One frame; None for a kind that the agent has no use for, or that is malformed."""
    if len(raw) > LARGEST_FRAME:
        return None
    try:
        return _FRAMES.validate_json(raw)
    except ValidationError:
        return None


def text_frames(words: str) -> Iterator[str]:
    """The words as text tokens, sentence by sentence, the last one marked."""
    tokens = _SENTENCE.findall(words) or [words]
    for place, token in enumerate(tokens, start=1):
        yield json.dumps({"type": "text", "token": token, "last": place == len(tokens)})


def sentence_frame(sentence: str) -> str:
    """A sentence that others follow, to be spoken while they are being written."""
    return json.dumps({"type": "text", "token": f"{sentence} ", "last": False})


def language_frame(before: Speech, now: Speech) -> str:
    """From here on the call is in another language; who hears all languages at once goes on so."""
    frame = {"type": "language", "ttsLanguage": now.tts_language}
    if before.transcription_language != now.transcription_language:
        frame["transcriptionLanguage"] = now.transcription_language
    return json.dumps(frame)


def end_frame(outcome: CallOutcome | None) -> str:
    """End of the session; the outcome comes back with the carrier's own report of the end."""
    return json.dumps({"type": "end", "handoffData": json.dumps({"outcome": outcome})})


class HandOffData(_Frame):
    """What `end_frame` gave along."""

    outcome: CallOutcome | None = None


def outcome_of(hand_off_data: str | None) -> CallOutcome | None:
    try:
        return HandOffData.model_validate_json(hand_off_data or "{}").outcome
    except ValidationError:
        return None

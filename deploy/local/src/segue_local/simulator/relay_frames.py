"""The frames that a server may send over ConversationRelay, checked as strictly as Twilio does.

Source: Twilio, "ConversationRelay: WebSocket messages"; one that doesn't conform is error 64107.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator


class BadFrame(Exception):
    """Error 64107, with the reason."""


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TextFrame(_Frame):
    type: Literal["text"]
    token: str
    last: bool = False
    lang: str | None = None
    interruptible: bool | None = None
    preemptible: bool | None = None


class PlayFrame(_Frame):
    type: Literal["play"]
    source: str = Field(pattern=r"^https?://")
    loop: int = Field(default=1, ge=0)
    interruptible: bool | None = None
    preemptible: bool | None = None


class SendDigitsFrame(_Frame):
    type: Literal["sendDigits"]
    digits: str = Field(pattern=r"^[0-9A-Da-dwW#*]+$")


class LanguageFrame(_Frame):
    type: Literal["language"]
    ttsLanguage: str | None = None
    transcriptionLanguage: str | None = None

    @model_validator(mode="after")
    def _names_a_language(self) -> "LanguageFrame":
        if self.ttsLanguage is None and self.transcriptionLanguage is None:
            raise ValueError("one of ttsLanguage and transcriptionLanguage is needed")
        return self


class EndFrame(_Frame):
    type: Literal["end"]
    handoffData: str | None = None


Frame = TextFrame | PlayFrame | SendDigitsFrame | LanguageFrame | EndFrame

_FRAMES: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(raw: str | bytes) -> Frame:
    """Parses one WebSocket message from the server."""
    if isinstance(raw, bytes):
        raise BadFrame("binary messages aren't supported")
    try:
        return _FRAMES.validate_json(raw)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        raise BadFrame(f"{where}: {first['msg']}") from None

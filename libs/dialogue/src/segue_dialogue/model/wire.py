"""The shape of a chat completion, and how a value of ours is asked for and read from it."""

from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

from segue_dialogue.model.errors import ModelUnavailable

T = TypeVar("T", bound=BaseModel)


class Usage(BaseModel):
    """What a call is billed for."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class ReplyMessage(BaseModel):
    """What the model said, or why it would not."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One answer; a `finish_reason` of `length` means that it was cut off."""

    message: ReplyMessage
    finish_reason: str | None = None


class ChatReply(BaseModel):
    """The body of a 200 from `POST /chat/completions`, as far as we read it."""

    choices: list[Choice] = Field(min_length=1)
    usage: Usage | None = None


def read_reply(body: str) -> ChatReply:
    """The body parsed; raises ModelUnavailable("bad_output") for anything else, JSON or not."""
    try:
        return ChatReply.model_validate_json(body)
    except ValidationError as error:
        # The cause would carry the body into logs.
        raise ModelUnavailable("bad_output", f"{error.error_count()} errors in reply") from None


def read_value(reply: ChatReply, schema: type[T]) -> T:
    """The value in the reply; raises ModelUnavailable: refused, or bad_output."""
    choice = reply.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelUnavailable("refused", "by the model")
    if choice.finish_reason == "length":
        raise ModelUnavailable("bad_output", "cut off at the token budget")
    try:
        return schema.model_validate_json(choice.message.content or "")
    except ValidationError as error:
        raise ModelUnavailable("bad_output", f"{error.error_count()} errors in value") from None

"""A streamed answer, its chunks gathered."""

from collections.abc import Callable

from openai.types.chat import ChatCompletionChunk

from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.wire import ChatReply, Choice, ReplyMessage, Usage


class Gathered:
    """The chunks of one answer; `on_text` hears all of its text whenever there is more of it."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._text = ""
        self._refusal = ""
        self._finish: str | None = None
        self._usage: Usage | None = None

    @property
    def begun(self) -> bool:
        return bool(self._text)

    def add(self, chunk: ChatCompletionChunk) -> None:
        if chunk.usage is not None:
            self._usage = Usage(
                prompt_tokens=chunk.usage.prompt_tokens,
                completion_tokens=chunk.usage.completion_tokens,
            )
        for choice in (chunk.choices or ())[:1]:
            self._finish = choice.finish_reason or self._finish
            self._refusal += choice.delta.refusal or ""
            if choice.delta.content:
                self._text += choice.delta.content
                self._on_text(self._text)

    def reply(self) -> ChatReply:
        """The answer as if it had come in one piece; raises ModelUnavailable where it broke off."""
        if self._finish is None:
            raise ModelUnavailable("bad_output", "the stream broke off")
        message = ReplyMessage(content=self._text, refusal=self._refusal or None)
        return ChatReply(
            choices=[Choice(message=message, finish_reason=self._finish)], usage=self._usage
        )

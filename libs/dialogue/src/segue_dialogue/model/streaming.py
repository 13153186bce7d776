"""A streamed answer: its chunks gathered, and the sentences of one of its fields as they come."""

import re
from collections.abc import Callable, Iterator

from openai.types.chat import ChatCompletionChunk
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.wire import ChatReply, Choice, ReplyMessage, Usage

_FIELDS = TypeAdapter(dict[str, object])
# A sentence ends with a mark that something follows: "3.50" is no end, nor are scripts that put
# no space after theirs in need of one.
_ENDS = re.compile(r"[.!?…։।؟۔]+[\"'”’»)]*(?=\s)|[。！？]+[」』”]?")


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


class Sentences:
    """The sentences of a text field of a JSON object that is still being written."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._taken = 0

    def of(self, document: str, *, complete: bool = False) -> Iterator[str]:
        """The sentences that are whole now and weren't before; with `complete`, also the rest."""
        text = self._text(document)
        for end in _ENDS.finditer(text, self._taken):
            yield from self._take(text, end.end())
        if complete:
            yield from self._take(text, len(text))

    def _take(self, text: str, end: int) -> Iterator[str]:
        sentence, self._taken = text[self._taken : end].strip(), end
        if sentence:
            yield sentence

    def _text(self, document: str) -> str:
        try:
            value = _FIELDS.validate_python(
                from_json(document, allow_partial="trailing-strings")
            ).get(self._field)
        except (ValueError, ValidationError):
            return ""
        return value if isinstance(value, str) else ""

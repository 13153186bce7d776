"""A fact with the span of the message that it was read from."""

from dataclasses import dataclass

from pydantic import JsonValue

from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.models import Fact


@dataclass(frozen=True)
class Found:
    slot: str
    value: JsonValue
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    def quoted(self, message: Message) -> Fact:
        return Fact(slot=self.slot, value=self.value, quote=message.quote(self.start, self.end))

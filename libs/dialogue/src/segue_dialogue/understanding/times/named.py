"""A time reference with the span of the message that it was read from."""

from dataclasses import dataclass

from segue_dialogue.understanding.models import TimeReference


@dataclass(frozen=True)
class TimeFound:
    reference: TimeReference
    start_at: int
    end_at: int

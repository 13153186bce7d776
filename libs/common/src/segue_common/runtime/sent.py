"""What came of sending the rows of an outbox: what is out, what was refused, what is sent again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from segue_common.runtime.broker_errors import REFUSED
from segue_common.runtime.producer import Outbound
from segue_common.runtime.records import headers_of


@dataclass(frozen=True)
class OutboxRow:
    """An event in the outbox."""

    seq: int
    conversation_id: UUID
    topic: str
    value: bytes
    traceparent: str | None

    @property
    def record(self) -> Outbound:
        key = str(self.conversation_id).encode()
        return Outbound(self.topic, key, self.value, headers_of(self.traceparent))


@dataclass
class Sent:
    """What is out, what the broker refused and why, and why not all is out."""

    out: list[OutboxRow] = field(default_factory=list)
    refused: list[tuple[OutboxRow, BaseException]] = field(default_factory=list)
    error: BaseException | None = None


def sort_out(rows: Sequence[OutboxRow], errors: Sequence[BaseException | None]) -> Sent:
    """Tell rows apart by the error that each met; what ends in no list is sent again.

    What follows such a row in its conversation and topic is sent again after it, so that their
    order holds: a refused one too, which might get out by itself.
    """
    sent = Sent()
    waits: set[tuple[UUID, str]] = set()
    for row, error in zip(rows, errors, strict=True):
        place = (row.conversation_id, row.topic)
        if place not in waits and error is None:
            sent.out.append(row)
        elif place not in waits and isinstance(error, REFUSED):
            sent.refused.append((row, error))
        else:
            waits.add(place)
            sent.error = sent.error or error
    return sent

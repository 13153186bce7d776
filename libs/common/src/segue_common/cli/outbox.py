"""List events that the broker refused, letter included, show them, have them sent again, or drop
them."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.cli.dead_commands import DeadCommands
from segue_common.cli.dead_rows import DeadRows
from segue_common.cli.record_lines import event_json
from segue_common.events import UnreadableEvent, parse_event


@dataclass(frozen=True)
class DeadEvent:
    """An event that stays in its service's outbox, out of its conversation's way."""

    service: str
    seq: int
    conversation_id: UUID
    topic: str
    value: bytes
    dead_because: str
    created_at: datetime


def _about(event: DeadEvent, show_pii: bool) -> dict[str, object]:
    return {
        "service": event.service,
        "id": event.seq,
        "topic": event.topic,
        "conversation_id": str(event.conversation_id),
        "bytes": len(event.value),
        "dead_because": event.dead_because,
        "created_at": event.created_at.isoformat(),
        "event": _event(event, show_pii=show_pii),
    }


def _event(event: DeadEvent, *, show_pii: bool) -> object:
    """The event, masked as its model says unless asked; only its size where it can't be read."""
    try:
        return event_json(parse_event(event.value), show_pii=show_pii)
    except UnreadableEvent:
        whole = event.value.decode(errors="replace")
        return whole if show_pii else f"‹{len(event.value)} bytes›"


def _lines(event: DeadEvent, about: dict[str, object]) -> list[str]:
    return [
        f"{event.service} {event.topic} {event.seq}, {event.created_at:%Y-%m-%d %H:%M:%S} UTC",
        f"  conversation {event.conversation_id}, {len(event.value)} bytes: {event.dead_because}",
        f"  event: {json.dumps(about['event'], ensure_ascii=False)}",
    ]


# Without its reason an event waits like any other: the service's sweeper sends it, in its order
# among what still waits for its conversation.
_ROWS = DeadRows(
    table="outbox",
    noun="dead event",
    id="seq",
    of="topic",
    revival="dead_because = NULL",
    row=DeadEvent,
)
_COMMANDS = DeadCommands(_ROWS, "sent again", int, _about, _lines)
add_arguments = _COMMANDS.add_arguments
run = _COMMANDS.run

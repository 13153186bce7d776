"""The timeline: every event of a conversation as an operator reads it, in order."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.events import Event, EventData, TurnRequest
from segue_common.runtime.database import Connection
from segue_common.runtime.transaction import Transaction


def append(work: Transaction, events: Sequence[Event[EventData]]) -> None:
    """Write events down with the commit, in order.

    Requests to agents are inner workings and left out.
    """
    kept = [event for event in events if not isinstance(event.data, TurnRequest) and _public(event)]
    if kept:
        work.write(
            "INSERT INTO timeline (conversation_id, at, type, event) "
            "SELECT id, at, type, event::jsonb "
            "FROM unnest(%b::uuid[], %b::timestamptz[], %b::text[], %b::text[]) WITH ORDINALITY "
            "AS new(id, at, type, event, place) ORDER BY place",
            (
                [event.subject for event in kept],
                [event.time for event in kept],
                [event.type for event in kept],
                [event.model_dump_json() for event in kept],
            ),
        )


def _public(event: Event[EventData]) -> bool:
    return event.data.TOPIC is not None


async def read(conn: Connection, conversation_id: UUID) -> list[object]:
    """The events of a conversation as JSON values, by their time."""
    cursor = await conn.execute(
        "SELECT event FROM timeline WHERE conversation_id = %s ORDER BY at, seq", (conversation_id,)
    )
    return [row[0] for row in await cursor.fetchall()]

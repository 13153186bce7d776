"""One document of state per conversation, loaded and saved for a whole batch at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from psycopg import sql

from segue_common.decisions import Decision
from segue_common.events import Event, EventData, Model
from segue_common.runtime.database import Connection
from segue_common.runtime.transaction import Transaction

S = TypeVar("S", bound=Model)


class StateTable(Generic[S]):
    """A table `(conversation_id uuid primary key, tenant text, state jsonb)` of one model.

    The caller's transaction holds the lock on its conversations, so plain reads are enough.
    """

    def __init__(self, table: str, model: type[S]) -> None:
        name = sql.Identifier(table)
        self._model = model
        self._load = sql.SQL(
            "SELECT conversation_id, state::text FROM {} WHERE conversation_id = ANY(%b)"
        ).format(name)
        self._save = sql.SQL(
            "INSERT INTO {} (conversation_id, tenant, state) "
            "SELECT id, tenant, state::jsonb "
            "FROM unnest(%b::uuid[], %b::text[], %b::text[]) AS new(id, tenant, state) "
            "ON CONFLICT (conversation_id) DO UPDATE SET state = excluded.state, updated_at = now()"
        ).format(name)

    async def load(self, conn: Connection, ids: Collection[UUID]) -> dict[UUID, S]:
        """The states that exist."""
        if not ids:
            return {}
        rows = await (await conn.execute(self._load, (list(ids),))).fetchall()
        return {
            UUID(str(conversation)): self._model.model_validate_json(str(state))
            for conversation, state in rows
        }

    async def save(self, conn: Connection, states: Mapping[UUID, tuple[str, S]]) -> None:
        """Write states, each with its tenant."""
        if states:
            await conn.execute(self._save, _columns(states))

    def save_with_commit(self, work: Transaction, states: Mapping[UUID, tuple[str, S]]) -> None:
        """Write states, each with its tenant, without a round trip of their own."""
        if states:
            work.write(self._save, _columns(states))


def _columns(states: Mapping[UUID, tuple[str, Model]]) -> tuple[list[UUID], list[str], list[str]]:
    return (
        list(states),
        [tenant for tenant, _ in states.values()],
        [state.model_dump_json() for _, state in states.values()],
    )


async def fold(
    work: Transaction,
    events: Sequence[Event[EventData]],
    table: StateTable[S],
    initial: Callable[[Event[EventData]], S],
    decide: Callable[[S, Event[EventData]], Decision[S]],
) -> None:
    """Handle a batch with a pure function: load each conversation's state once, decide event
    by event in order, and save what changed with the commit."""
    await work.send_writes()
    states = await table.load(work.conn, {event.subject for event in events})
    changed: dict[UUID, tuple[str, S]] = {}
    for event in events:
        before = states.get(event.subject) or initial(event)
        decision = decide(before, event)
        states[event.subject] = decision.state
        if decision.state is not before:
            changed[event.subject] = (event.tenant, decision.state)
        work.record(decision, event)
    table.save_with_commit(work, changed)

"""The `sessions` table: the voice agent's memory of each call, so another process can go on."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.runtime.database import Connection, Pool

from segue_voice_bridge.domain.agent.session import Session


async def save(conn: Connection, sessions: Sequence[Session]) -> None:
    """Write sessions; of each call the latest turn counts."""
    latest: dict[UUID, Session] = {}
    for session in sessions:
        known = latest.get(session.call_id)
        if known is None or known.turn <= session.turn:
            latest[session.call_id] = session
    if not latest:
        return
    await conn.execute(
        "INSERT INTO sessions (call_id, turn, state) "
        "SELECT id, turn, state::jsonb "
        "FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS new(id, turn, state) "
        "ON CONFLICT (call_id) DO UPDATE "
        "SET turn = excluded.turn, state = excluded.state, updated_at = now() "
        "WHERE sessions.turn <= excluded.turn",
        (
            list(latest),
            [session.turn for session in latest.values()],
            [session.model_dump_json() for session in latest.values()],
        ),
    )


async def load(pool: Pool, call_id: UUID) -> Session | None:
    """The session of a call as it was last saved."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT state::text FROM sessions WHERE call_id = %s", (call_id,)
        )
        row = await cursor.fetchone()
    return Session.model_validate_json(str(row[0])) if row else None

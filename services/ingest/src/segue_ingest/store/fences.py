"""Under which epoch words may still leave, per conversation."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.runtime.database import Connection, Pool


async def raise_to(conn: Connection, fences: Sequence[tuple[UUID, int, str]]) -> None:
    """Write (conversation, epoch, owner), one per conversation; an older epoch changes nothing."""
    if fences:
        await conn.execute(
            """
            INSERT INTO fences (conversation_id, epoch, owner)
            SELECT * FROM unnest(%s::uuid[], %s::integer[], %s::text[])
            ON CONFLICT (conversation_id) DO UPDATE
               SET epoch = excluded.epoch,
                   owner = coalesce(nullif(excluded.owner, ''), fences.owner)
             WHERE fences.epoch <= excluded.epoch
            """,
            (
                [conversation for conversation, _, _ in fences],
                [epoch for _, epoch, _ in fences],
                [owner for _, _, owner in fences],
            ),
        )


async def read(pool: Pool, conversation_id: UUID) -> tuple[int, str] | None:
    """The conversation's epoch and owner, if anything ever fenced it."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT epoch, owner FROM fences WHERE conversation_id = %s", (conversation_id,)
        )
        row = await cursor.fetchone()
    return (int(str(row[0])), str(row[1])) if row else None

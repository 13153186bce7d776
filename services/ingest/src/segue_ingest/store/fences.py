"""Under which epoch words may still leave, per conversation."""

from collections.abc import Collection, Mapping
from uuid import UUID

from segue_common.runtime.database import Connection, Pool, single_statements

from segue_ingest.domain.fence import OPEN, Fence


async def raise_to(conn: Connection, fences: Mapping[UUID, Fence]) -> None:
    """Write fences; an older epoch changes nothing."""
    if fences:
        await conn.execute(
            """
            INSERT INTO fences (conversation_id, epoch, owner, opt_out_epoch)
            SELECT * FROM unnest(%s::uuid[], %s::integer[], %s::text[], %s::integer[])
            ON CONFLICT (conversation_id) DO UPDATE
               SET epoch = excluded.epoch, owner = excluded.owner,
                   opt_out_epoch = excluded.opt_out_epoch
             WHERE fences.epoch <= excluded.epoch
            """,
            (
                list(fences),
                [fence.epoch for fence in fences.values()],
                [fence.owner for fence in fences.values()],
                [fence.opt_out_epoch for fence in fences.values()],
            ),
        )


async def load(conn: Connection, conversations: Collection[UUID]) -> dict[UUID, Fence]:
    """The fences of these conversations that anything ever fenced."""
    cursor = await conn.execute(
        "SELECT conversation_id, epoch, owner, opt_out_epoch FROM fences "
        "WHERE conversation_id = ANY(%s)",
        (list(conversations),),
    )
    return {
        UUID(str(conversation)): Fence(int(str(epoch)), str(owner), int(str(opt_out)))
        for conversation, epoch, owner, opt_out in await cursor.fetchall()
    }


async def read(pool: Pool, conversation_id: UUID) -> Fence:
    """The conversation's fence; an open one if nothing ever fenced it."""
    async with single_statements(pool) as conn:
        return (await load(conn, [conversation_id])).get(conversation_id, OPEN)

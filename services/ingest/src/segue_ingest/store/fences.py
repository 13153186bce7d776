"""Under which epoch words may still leave, per conversation."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from segue_common.runtime.database import Connection, Pool, single_statements
from segue_common.runtime.gathering import Gathering

from segue_ingest.domain.fence import OPEN, Fence

MOST_AT_ONCE = 500


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


class Fences:
    """Reads fences for many who ask at once, in one statement."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._reading = Gathering(self._read_all, MOST_AT_ONCE)

    async def read(self, conversation_id: UUID) -> Fence:
        """The conversation's fence as it is now or later; an open one if nothing ever fenced it."""
        return (await self._reading.ask((conversation_id,)))[0]

    async def _read_all(self, conversations: Sequence[UUID]) -> list[Fence]:
        async with single_statements(self._pool) as conn:
            found = await load(conn, conversations)
        return [found.get(conversation, OPEN) for conversation in conversations]

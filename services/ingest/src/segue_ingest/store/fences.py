"""Under which epoch words may still leave, per conversation."""

import asyncio
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


class Fences:
    """Reads fences for many who ask at once, in one statement."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._asked: dict[UUID, asyncio.Future[Fence]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def read(self, conversation_id: UUID) -> Fence:
        """The conversation's fence as it is now or later; an open one if nothing ever fenced it."""
        future = self._asked.get(conversation_id)
        if future is None:
            future = self._asked[conversation_id] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())
        # Whoever gives up must not take the answer from the others.
        return await asyncio.shield(future)

    async def _read_all(self) -> None:
        """Read until nobody asks; who asks while a statement is under way gets the next one's."""
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                async with single_statements(self._pool) as conn:
                    found = await load(conn, asked)
            except Exception as error:
                for future in asked.values():
                    future.set_exception(error)
            else:
                for conversation_id, future in asked.items():
                    future.set_result(found.get(conversation_id, OPEN))
        self._reading = None

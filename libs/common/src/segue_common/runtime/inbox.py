"""Which events a service has handled: the reason why a repeat changes nothing."""

from collections.abc import Collection
from uuid import UUID

from psycopg import AsyncCursor

from segue_common.runtime.database import Connection

# Longer than any topic keeps its records, so that no record outlives its mark.
KEEP_DAYS = 31

Claim = AsyncCursor[tuple[object, ...]]


async def claim(conn: Connection, ids: Collection[UUID]) -> Claim:
    """Mark the events as handled in this transaction; `claimed` tells which were not yet.

    Waits for another transaction that is handling one of them. The order is fixed, so two
    batches that share events can't wait for each other.
    """
    return await conn.execute(
        "INSERT INTO inbox (event_id) SELECT unnest(%b::uuid[]) "
        "ON CONFLICT DO NOTHING RETURNING event_id",
        (sorted(ids),),
    )


async def claimed(claim: Claim) -> set[UUID]:
    """The events that were not handled before."""
    return {row[0] for row in await claim.fetchall() if isinstance(row[0], UUID)}


async def prune(conn: Connection) -> int:
    """Forget events that no topic holds any more; returns how many."""
    result = await conn.execute(
        "DELETE FROM inbox WHERE received_at < now() - make_interval(days => %s)", (KEEP_DAYS,)
    )
    return result.rowcount

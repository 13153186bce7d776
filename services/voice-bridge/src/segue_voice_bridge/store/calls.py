"""The `calls` table: which call belongs to which conversation, and what is claimed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from segue_common.runtime.database import Connection, Pool

from segue_voice_bridge.domain.desk_state import Call
from segue_voice_bridge.domain.numbers import e164

# The carrier lets no call last longer.
LONGEST_CALL = timedelta(hours=4)


@dataclass(frozen=True)
class CallRow:
    """A call as others refer to it."""

    call_id: UUID
    conversation_id: UUID
    tenant: str
    provider_call_id: str | None
    claimed_at: datetime | None


_COLUMNS = "call_id, conversation_id, tenant, provider_call_id, claimed_at"


async def save(conn: Connection, calls: Sequence[tuple[UUID, str, Call]]) -> None:
    """Write calls, each with its conversation and tenant; what the carrier named stays."""
    if not calls:
        return
    await conn.execute(
        """
        INSERT INTO calls (call_id, conversation_id, tenant, qualification_id, attempt,
                           direction, provider_call_id, phone)
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::int[],
                             %s::text[], %s::text[], %s::text[])
        ON CONFLICT (call_id) DO UPDATE
           SET provider_call_id = coalesce(excluded.provider_call_id, calls.provider_call_id)
        """,
        (
            [call.call_id for _, _, call in calls],
            [conversation for conversation, _, _ in calls],
            [tenant for _, tenant, _ in calls],
            [call.qualification_id for _, _, call in calls],
            [call.attempt for _, _, call in calls],
            [call.direction for _, _, call in calls],
            [call.provider_call_id for _, _, call in calls],
            [e164(call.phone) for _, _, call in calls],
        ),
    )


async def conversations_ringing(conn: Connection, tenant: str, phone: str) -> list[UUID]:
    """Conversations in which a number (E.164) has lately been rung, or is to be."""
    cursor = await conn.execute(
        "SELECT DISTINCT conversation_id FROM calls WHERE tenant = %s AND phone = %s "
        "AND direction = 'out' AND created_at > now() - %s",
        (tenant, phone, LONGEST_CALL),
    )
    return [UUID(str(row[0])) for row in await cursor.fetchall()]


async def find(pool: Pool, call_id: UUID) -> CallRow | None:
    """One call."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            f"SELECT {_COLUMNS} FROM calls WHERE call_id = %s",  # noqa: S608  fixed columns
            (call_id,),
        )
        row = await cursor.fetchone()
    return CallRow(*row) if row else None  # type: ignore[arg-type]  # columns as in _COLUMNS


async def claim(pool: Pool, call_id: UUID) -> None:
    """Say, before the carrier is asked, that it may know of this call from now on.

    By the database's clock: this process's own may be wrong, and the time is compared with the
    carrier's.
    """
    async with pool.connection() as conn:
        await conn.execute(
            "UPDATE calls SET claimed_at = coalesce(claimed_at, now()) WHERE call_id = %s",
            (call_id,),
        )


async def known_to_us(pool: Pool, provider_call_ids: Sequence[str]) -> set[str]:
    """Those of the carrier's calls that belong to a call of ours already."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT provider_call_id FROM calls WHERE provider_call_id = ANY(%s)",
            (list(provider_call_ids),),
        )
        return {str(row[0]) for row in await cursor.fetchall()}

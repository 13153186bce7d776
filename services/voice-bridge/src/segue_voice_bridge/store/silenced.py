"""The `silenced_numbers` table: what every conversation of a tenant asks before it rings."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.runtime.database import Pool
from segue_common.runtime.transaction import Transaction

from segue_voice_bridge.domain.numbers import e164
from segue_voice_bridge.domain.silence import Silenced, Word


def save(work: Transaction, words: Sequence[tuple[str, UUID, Word]]) -> None:
    """Write words on numbers with the commit, each with its tenant and conversation, in the order
    in which they were said."""
    for tenant, conversation, word in words:
        if isinstance(word, Silenced):
            work.write(
                "INSERT INTO silenced_numbers (tenant, phone, conversation_id) "
                "VALUES (%b, %b, %b) ON CONFLICT DO NOTHING",
                (tenant, word.phone, conversation),
            )
        else:
            work.write(
                "DELETE FROM silenced_numbers "
                "WHERE tenant = %b AND (conversation_id = %b OR phone = %b)",
                (tenant, conversation, word.phone),
            )


async def is_silenced(pool: Pool, tenant: str, phone: str) -> bool:
    """Whether a lead of this tenant has said that the number is not to be rung."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT EXISTS (SELECT 1 FROM silenced_numbers WHERE tenant = %s AND phone = %s)",
            (tenant, e164(phone)),
        )
        row = await cursor.fetchone()
    return bool(row and row[0])

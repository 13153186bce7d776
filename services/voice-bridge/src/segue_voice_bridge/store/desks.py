"""The `desks` table, and reading one desk outside a batch."""

from uuid import UUID

from segue_common.runtime.database import Pool
from segue_common.runtime.states import StateTable

from segue_voice_bridge.domain.desk_state import Desk

DESKS = StateTable("desks", Desk)


async def read(pool: Pool, conversation_id: UUID) -> Desk:
    """A conversation's desk as it stands now; a fresh one where there is none."""
    async with pool.connection() as conn:
        found = await DESKS.load(conn, [conversation_id])
    return found.get(conversation_id) or Desk()

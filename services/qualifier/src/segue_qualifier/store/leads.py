"""Leads and their facts in SQL."""

import json
from collections.abc import Mapping
from uuid import UUID

from segue_common.runtime.database import Connection
from segue_common.runtime.states import StateTable
from segue_common.runtime.transaction import Transaction

from segue_qualifier.domain.lead import Lead

LEADS = StateTable("leads", Lead)


def write_facts(work: Transaction, leads: Mapping[UUID, Lead]) -> None:
    """Bring the table of facts up to date with the commit.

    Facts are only added, or lose their `current`.
    """
    rows = [
        (conversation, number, item)
        for conversation, lead in leads.items()
        for number, item in enumerate(lead.evidence)
    ]
    if not rows:
        return
    work.write(
        """
        INSERT INTO lead_facts
               (conversation_id, number, slot, value, quote, message_id, said_at, current)
        SELECT * FROM unnest(%b::uuid[], %s::integer[], %b::text[], %b::text[]::jsonb[], %b::text[],
                             %b::uuid[], %b::timestamptz[], %b::boolean[])
        ON CONFLICT (conversation_id, number) DO UPDATE SET current = excluded.current
         WHERE lead_facts.current <> excluded.current
        """,
        (
            [conversation for conversation, _, _ in rows],
            [number for _, number, _ in rows],
            [item.slot for _, _, item in rows],
            [json.dumps(item.value) for _, _, item in rows],
            [item.quote for _, _, item in rows],
            [item.message_id for _, _, item in rows],
            [item.at for _, _, item in rows],
            [item.replaced_at is None for _, _, item in rows],
        ),
    )


async def find_lead(conn: Connection, conversation_id: UUID) -> Lead | None:
    """The lead of a conversation."""
    return (await LEADS.load(conn, [conversation_id])).get(conversation_id)

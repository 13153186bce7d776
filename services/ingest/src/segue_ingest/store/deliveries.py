"""The deliveries table: what was to be sent, under which carrier ID, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from segue_common.events import Event, SendRequested
from segue_common.events.shared import Channel
from segue_common.runtime.database import Connection, Pool, single_statements
from segue_common.runtime.transaction import Transaction

from segue_ingest.domain.delivery import Report, Status


@dataclass
class Delivery:
    """One outgoing message."""

    message_id: UUID
    conversation_id: UUID
    tenant: str
    channel: Channel
    provider: str
    provider_message_id: str | None
    status: Status
    error: str | None


COLUMNS = (
    "message_id, conversation_id, tenant, channel, provider, provider_message_id, status, error"
)


def add(work: Transaction, rows: Sequence[tuple[Event[SendRequested], str, str | None]]) -> None:
    """Claim messages with the commit, each with its provider; one with the provider's ID is
    already accepted."""
    work.write(
        """
        INSERT INTO deliveries (message_id, conversation_id, tenant, channel, provider,
                                provider_message_id, status, speaker, epoch)
        SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::text[],
                             %b::text[], %b::text[], %b::text[], %s::integer[])
        ON CONFLICT DO NOTHING
        """,
        (
            [event.id for event, _, _ in rows],
            [event.subject for event, _, _ in rows],
            [event.tenant for event, _, _ in rows],
            [event.data.channel for event, _, _ in rows],
            [provider for _, provider, _ in rows],
            [provider_id for _, _, provider_id in rows],
            ["accepted" if provider_id else "pending" for _, _, provider_id in rows],
            [event.data.speaker for event, _, _ in rows],
            [event.data.epoch for event, _, _ in rows],
        ),
    )


async def load(conn: Connection, message_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """The deliveries of these messages that exist."""
    cursor = await conn.execute(
        f"SELECT {COLUMNS} FROM deliveries WHERE message_id = ANY(%b)",  # noqa: S608 constant
        (list(message_ids),),
    )
    rows = [Delivery(*row) for row in await cursor.fetchall()]  # type: ignore[arg-type] # as selected
    return {row.message_id: row for row in rows}


def save(work: Transaction, rows: Sequence[Delivery]) -> None:
    """Write what changed with the commit."""
    if rows:
        work.write(
            """
            UPDATE deliveries AS d
               SET provider_message_id = new.provider_message_id, status = new.status,
                   error = new.error, updated_at = now()
              FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[])
                AS new(message_id, provider_message_id, status, error)
             WHERE d.message_id = new.message_id
            """,
            (
                [row.message_id for row in rows],
                [row.provider_message_id for row in rows],
                [row.status for row in rows],
                [row.error for row in rows],
            ),
        )


async def of_reports(
    conn: Connection, tenant: str, reports: Sequence[Report]
) -> dict[str, tuple[UUID, UUID]]:
    """The message and conversation behind each provider ID that is known, by that ID."""
    cursor = await conn.execute(
        """
        SELECT told.id, d.message_id, d.conversation_id
          FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS told(provider, id, message_id)
          JOIN deliveries AS d ON d.tenant = %s AND d.provider = told.provider
           AND (d.provider_message_id = told.id OR d.message_id = told.message_id)
        """,
        (
            [report.provider for report in reports],
            [report.provider_message_id for report in reports],
            [report.message_id for report in reports],
            tenant,
        ),
    )
    rows = await cursor.fetchall()
    return {str(i): (UUID(str(message)), UUID(str(conv))) for i, message, conv in rows}


async def provider_id(pool: Pool, message_id: UUID) -> str | None:
    """The carrier's ID of a message, once something has told it."""
    async with single_statements(pool) as conn:
        cursor = await conn.execute(
            "SELECT provider_message_id FROM deliveries WHERE message_id = %s", (message_id,)
        )
        row = await cursor.fetchone()
    return str(row[0]) if row and row[0] is not None else None


async def unclaimed(
    pool: Pool, provider: str, candidates: Sequence[str], message_id: UUID
) -> list[str]:
    """Those of the carrier's IDs that no other message of ours has."""
    async with single_statements(pool) as conn:
        cursor = await conn.execute(
            "SELECT provider_message_id FROM deliveries "
            "WHERE provider = %s AND provider_message_id = ANY(%s) AND message_id <> %s",
            (provider, list(candidates), message_id),
        )
        taken = {row[0] for row in await cursor.fetchall()}
    return [candidate for candidate in candidates if candidate not in taken]

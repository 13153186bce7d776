"""Reports on messages whose acceptance isn't recorded yet: kept, and matched later."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from segue_common.runtime.database import Connection, Pool

from segue_ingest.domain.delivery import Report
from segue_ingest.store import deliveries

KEEP_DAYS = 1
RECENT = timedelta(minutes=15)


async def lock(conn: Connection, ids: Collection[str]) -> None:
    """Until the transaction ends, nobody else matches or keeps reports on these carrier IDs.

    Without it a report could be kept just after the acceptance had looked for it.
    """
    if ids:
        await conn.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT "
            "hashtextextended('report ' || id, 0) AS key FROM unnest(%s::text[]) AS id "
            "ORDER BY key) AS ordered",
            (sorted(ids),),
        )


async def match_or_keep(
    pool: Pool, tenant: str, reports: Sequence[Report]
) -> list[tuple[Report, UUID]]:
    """The reports on known messages, each with its conversation and message ID; the others are
    kept for the moment at which their message becomes known."""
    async with pool.connection() as conn:
        await lock(conn, {report.provider_message_id for report in reports})
        known = await deliveries.of_reports(conn, tenant, reports)
        matched = []
        for report in reports:
            if report.provider_message_id in known:
                message_id, conversation_id = known[report.provider_message_id]
                matched.append(
                    (report.model_copy(update={"message_id": message_id}), conversation_id)
                )
            else:
                await _keep(conn, tenant, report)
    return matched


async def _keep(conn: Connection, tenant: str, report: Report) -> None:
    await conn.execute(
        "INSERT INTO early_reports "
        "(provider, provider_message_id, status, error, tenant, recipient) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            report.provider, report.provider_message_id, report.status, report.error, tenant,
            report.recipient,
        ),
    )  # fmt: skip


async def take(conn: Connection, ids: Collection[str]) -> dict[str, list[Report]]:
    """Remove and return what was kept on these carrier IDs, in the order in which it came."""
    cursor = await conn.execute(
        "WITH gone AS (DELETE FROM early_reports WHERE provider_message_id = ANY(%s) RETURNING *) "
        "SELECT provider, provider_message_id, status, error FROM gone ORDER BY at",
        (list(ids),),
    )
    taken: dict[str, list[Report]] = {}
    for provider, provider_id, status, error in await cursor.fetchall():
        report = Report.model_validate(
            {
                "provider": provider,
                "provider_message_id": provider_id,
                "status": status,
                "error": error,
            }
        )
        taken.setdefault(report.provider_message_id, []).append(report)
    return taken


async def to_recipient(
    pool: Pool, tenant: str, provider: str, recipient: str, since: datetime
) -> list[str]:
    """Carrier IDs of unknown messages that reached this recipient, oldest first."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT provider_message_id FROM early_reports WHERE tenant = %s AND provider = %s "
            "AND recipient = %s AND at >= %s GROUP BY 1 ORDER BY min(at)",
            (tenant, provider, recipient, since),
        )
        return [str(row[0]) for row in await cursor.fetchall()]


async def prune(pool: Pool) -> int:
    """Forget what nobody asked for; returns how many."""
    async with pool.connection() as conn:
        result = await conn.execute(
            "DELETE FROM early_reports WHERE at < now() - make_interval(days => %s)", (KEEP_DAYS,)
        )
    return result.rowcount

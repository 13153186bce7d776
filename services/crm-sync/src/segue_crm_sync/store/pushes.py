"""How far each contact's record has got to the tenant's own CRM."""

from uuid import UUID

from segue_common.runtime.database import Connection


async def sent_revision(conn: Connection, tenant: str, contact_id: UUID) -> int:
    """The newest revision that the CRM has; 0 if it has none."""
    cursor = await conn.execute(
        "SELECT sent_revision FROM pushes WHERE tenant = %s AND contact_id = %s",
        (tenant, contact_id),
    )
    row = await cursor.fetchone()
    return int(str(row[0])) if row else 0


async def claim(conn: Connection, tenant: str, contact_id: UUID, revision: int) -> int:
    """Note that this revision is about to be sent; returns how often it has been tried so."""
    cursor = await conn.execute(
        "INSERT INTO pushes (tenant, contact_id, trying_revision, tries, tried_at) "
        "VALUES (%s, %s, %s, 1, now()) ON CONFLICT (tenant, contact_id) DO UPDATE SET "
        "tries = CASE WHEN pushes.trying_revision = excluded.trying_revision "
        "             THEN pushes.tries + 1 ELSE 1 END, "
        "trying_revision = excluded.trying_revision, tried_at = now() RETURNING tries",
        (tenant, contact_id, revision),
    )
    row = await cursor.fetchone()
    return int(str(row[0])) if row else 1


async def mark_sent(conn: Connection, tenant: str, contact_id: UUID, revision: int) -> None:
    """The CRM has this revision."""
    await conn.execute(
        "INSERT INTO pushes (tenant, contact_id, sent_revision) VALUES (%s, %s, %s) "
        "ON CONFLICT (tenant, contact_id) DO UPDATE SET "
        "sent_revision = greatest(pushes.sent_revision, excluded.sent_revision)",
        (tenant, contact_id, revision),
    )

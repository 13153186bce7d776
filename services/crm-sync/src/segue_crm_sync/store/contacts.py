"""Contacts, activities and records in the database."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.events import Event, EventData
from segue_common.runtime.database import Connection

from segue_crm_sync.domain.activities import summary
from segue_crm_sync.domain.deal import Deal
from segue_crm_sync.domain.record import Activity, Person, Record, make_record

# So many of the latest activities are shown and sent with a record.
ACTIVITIES = 100
_PERSON = "tenant, contact_id, revision, name, phone, email"


async def add_activities(conn: Connection, events: Sequence[Event[EventData]]) -> None:
    """One row for each event; an event that has its row keeps it."""
    if not events:
        return
    await conn.execute(
        "INSERT INTO activities (event_id, tenant, conversation_id, at, type, summary) "
        "SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::timestamptz[], %s::text[], "
        "%s::text[]) ON CONFLICT DO NOTHING",
        (
            [event.id for event in events],
            [event.tenant for event in events],
            [event.subject for event in events],
            [event.time for event in events],
            [event.type for event in events],
            [summary(event.data) for event in events],
        ),
    )


async def upsert(conn: Connection, tenant: str, deal: Deal) -> int:
    """Bring the deal's contact up to date; returns the record's new revision.

    Several conversations may share a contact: callers go through contacts in order of their IDs.
    """
    cursor = await conn.execute(
        "INSERT INTO contacts (tenant, contact_id, name, phone, email) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (tenant, contact_id) DO UPDATE SET "
        "name = coalesce(excluded.name, contacts.name), "
        "phone = coalesce(excluded.phone, contacts.phone), "
        "email = coalesce(excluded.email, contacts.email), "
        "revision = contacts.revision + 1, updated_at = now() RETURNING revision",
        (
            tenant,
            deal.contact_id,
            deal.name.value if deal.name else None,
            deal.phone.value if deal.phone else None,
            deal.email.value if deal.email else None,
        ),
    )
    row = await cursor.fetchone()
    return int(str(row[0])) if row else 0


async def load_record(conn: Connection, tenant: str, contact_id: UUID) -> Record | None:
    """Everything of one contact, in one snapshot; the first thing that a transaction does."""
    await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    cursor = await conn.execute(
        f"SELECT {_PERSON} FROM contacts WHERE tenant = %s AND contact_id = %s",  # noqa: S608
        (tenant, contact_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    deals = await _deals(conn, tenant, contact_id)
    activities = await _activities(conn, [conversation for conversation, _ in deals])
    return make_record(_person(row), deals, activities)


async def load_people(
    conn: Connection, tenant: str, *, after: UUID | None, limit: int
) -> list[tuple[Person, Deal]]:
    """A page of contacts by their IDs, each with the deal that changed last."""
    cursor = await conn.execute(
        "SELECT contacts.tenant, contacts.contact_id, contacts.revision, name, phone, email, "
        "       (SELECT state::text FROM deals WHERE deals.tenant = contacts.tenant "
        "           AND deals.contact_id = contacts.contact_id ORDER BY updated_at DESC, "
        "           conversation_id DESC LIMIT 1) "
        "  FROM contacts WHERE tenant = %s AND (%s::uuid IS NULL OR contact_id > %s::uuid) "
        " ORDER BY contact_id LIMIT %s",
        (tenant, after, after, limit),
    )
    return [
        (_person(row[:6]), Deal.model_validate_json(str(row[6])) if row[6] else Deal())
        for row in await cursor.fetchall()
    ]


async def _deals(conn: Connection, tenant: str, contact_id: UUID) -> list[tuple[UUID, Deal]]:
    cursor = await conn.execute(
        "SELECT conversation_id, state::text FROM deals WHERE tenant = %s AND contact_id = %s "
        "ORDER BY updated_at, conversation_id",
        (tenant, contact_id),
    )
    return [
        (UUID(str(row[0])), Deal.model_validate_json(str(row[1])))
        for row in await cursor.fetchall()
    ]


async def _activities(conn: Connection, conversations: Sequence[UUID]) -> list[Activity]:
    cursor = await conn.execute(
        "SELECT event_id, conversation_id, at, type, summary FROM activities "
        "WHERE conversation_id = ANY(%s) ORDER BY at DESC, event_id LIMIT %s",
        (list(conversations), ACTIVITIES),
    )
    names = ("id", "conversation_id", "at", "type", "summary")
    rows = [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
    return [Activity.model_validate(row) for row in reversed(rows)]


def _person(row: Sequence[object]) -> Person:
    return Person.model_validate(dict(zip(_PERSON.split(", "), row, strict=True)))

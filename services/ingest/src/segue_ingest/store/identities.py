"""Who is who in Postgres: one contact per person, one open conversation per contact."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.runtime.database import Connection

from segue_ingest.domain.addresses import Identity
from segue_ingest.store.parties import (
    Key,
    Known,
    Party,
    Resolution,
    columns,
    find,
    first_conversation_id,
    keys_of,
    lock,
    new_contact_id,
    parties_in,
    phone_in,
    settled,
)


async def resolve(
    conn: Connection, tenant: str, identities: Sequence[Identity], known: Known
) -> Resolution:
    """The party behind identities that are all one person's, made or completed if need be.

    Runs in the caller's transaction. Two replicas that see the same stranger at once get the
    same answer: each identity is locked, in a fixed order, before anything is decided.
    """
    wanted = keys_of(tenant, identities)
    if party := settled(wanted, await parties_in(await find(conn, wanted)), known):
        return Resolution(party, changed=False)
    await lock(conn, wanted)
    found = await parties_in(await find(conn, wanted))
    contact_id = _winner(wanted, found)
    async with conn.pipeline():
        await _write_contact(conn, contact_id, wanted, known)
        await _merge(conn, contact_id, {party.contact.contact_id for party in found.values()})
        await _write_identities(conn, contact_id, wanted)
        await _open_conversation(conn, tenant, contact_id)
        rows = await find(conn, wanted)
    return Resolution((await parties_in(rows))[wanted[0]], changed=True)


def _winner(wanted: Sequence[Key], found: dict[Key, Party]) -> UUID:
    """The contact that stays: the phone number's, since calls and other channels know it by it."""
    for key in wanted:
        if key in found:
            return found[key].contact.contact_id
    return new_contact_id(wanted)


async def _write_contact(
    conn: Connection, contact_id: UUID, wanted: Sequence[Key], known: Known
) -> None:
    await conn.execute(
        """
        INSERT INTO contacts (contact_id, tenant, name, phone, email) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (contact_id) DO UPDATE
           SET name = coalesce(excluded.name, contacts.name),
               phone = coalesce(contacts.phone, excluded.phone),
               email = coalesce(contacts.email, excluded.email)
        """,
        (contact_id, wanted[0][0], known.name, phone_in(wanted), known.email),
    )


async def _merge(conn: Connection, winner: UUID, contacts: set[UUID]) -> None:
    """The same person was met under two identities: their later messages meet in one place."""
    losers = sorted(contacts - {winner})
    if losers:
        await conn.execute(
            "UPDATE identities SET contact_id = %s WHERE contact_id = ANY(%s)", (winner, losers)
        )
        await conn.execute(
            "UPDATE conversations SET closed_at = coalesce(closed_at, now()), contact_id = %s "
            "WHERE contact_id = ANY(%s)",
            (winner, losers),
        )


async def _write_identities(conn: Connection, contact_id: UUID, wanted: Sequence[Key]) -> None:
    await conn.execute(
        "INSERT INTO identities (tenant, kind, value, contact_id) "
        "SELECT *, %s FROM unnest(%s::text[], %s::text[], %s::text[]) "
        "ON CONFLICT (tenant, kind, value) DO UPDATE SET contact_id = excluded.contact_id",
        (contact_id, *columns(wanted)),
    )


async def _open_conversation(conn: Connection, tenant: str, contact_id: UUID) -> None:
    await conn.execute(
        "INSERT INTO conversations (conversation_id, tenant, contact_id) VALUES (%s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        (first_conversation_id(tenant, contact_id), tenant, contact_id),
    )

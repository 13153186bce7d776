"""Who is who in Postgres: one contact per person, one open conversation per contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from segue_common.events import Contact, Model, root_id
from segue_common.runtime.database import Connection

from segue_ingest.domain.addresses import Identity, phone_of


class Party(Model):
    """A person with their open conversation, and those of theirs that it goes on from."""

    contact: Contact
    conversation_id: UUID
    formerly: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Resolution:
    """A party, and whether finding it changed anything."""

    party: Party
    changed: bool


class Known(Model):
    """What a resolution may add to a contact; None leaves what is there."""

    name: str | None = None
    email: str | None = None


async def resolve(
    conn: Connection, tenant: str, identities: Sequence[Identity], known: Known
) -> Resolution:
    """The party behind identities that are all one person's, made or completed if need be.

    Runs in the caller's transaction. Two replicas that see the same stranger at once get the
    same answer: each identity is locked, in a fixed order, before anything is decided.
    """
    wanted = sorted(set(identities), key=_phone_first)
    found = await _find(conn, tenant, wanted)
    if _settled(wanted, found, known):
        return Resolution(next(iter(found.values())), changed=False)
    await _lock(conn, tenant, wanted)
    found = await _find(conn, tenant, wanted)
    contact_id = _winner(tenant, wanted, found)
    async with conn.pipeline():
        await _write_contact(conn, tenant, contact_id, wanted, known)
        await _merge(conn, contact_id, {party.contact.contact_id for party in found.values()})
        await _write_identities(conn, tenant, contact_id, wanted)
        await _open_conversation(conn, tenant, contact_id)
    return Resolution((await _find(conn, tenant, wanted))[wanted[0]], changed=True)


def _settled(wanted: Sequence[Identity], found: dict[Identity, Party], known: Known) -> bool:
    parties = list(found.values())
    return (
        len(found) == len(wanted)
        and len({party.contact.contact_id for party in parties}) == 1
        and has_all(parties[0].contact, wanted, known)
    )


def has_all(contact: Contact, identities: Sequence[Identity], known: Known) -> bool:
    """Whether a contact already has everything that a resolution would add to it."""
    has_phone = contact.phone is not None or not any(map(phone_of, identities))
    has_email = contact.email is not None or known.email is None
    return has_phone and has_email and known.name in (None, contact.name)


def _phone_first(identity: Identity) -> tuple[bool, str, str]:
    return identity.kind != "phone", identity.kind, identity.value


def _winner(tenant: str, wanted: Sequence[Identity], found: dict[Identity, Party]) -> UUID:
    """The contact that stays: the phone number's, since calls and other channels know it by it."""
    for identity in wanted:
        if identity in found:
            return found[identity].contact.contact_id
    return root_id(tenant, f"contact-{wanted[0].kind}", wanted[0].value)


async def _find(conn: Connection, tenant: str, wanted: Sequence[Identity]) -> dict[Identity, Party]:
    cursor = await conn.execute(
        """
        SELECT i.kind, i.value, c.contact_id, c.name, c.phone, c.email, v.conversation_id,
               ARRAY(SELECT former.conversation_id FROM conversations AS former
                      WHERE former.contact_id = c.contact_id AND former.closed_at IS NOT NULL
                      ORDER BY former.closed_at, former.conversation_id)
          FROM unnest(%s::text[], %s::text[]) AS wanted(kind, value)
          JOIN identities AS i ON i.tenant = %s AND i.kind = wanted.kind AND i.value = wanted.value
          JOIN contacts AS c USING (contact_id)
          JOIN conversations AS v ON v.contact_id = c.contact_id AND v.closed_at IS NULL
        """,
        ([i.kind for i in wanted], [i.value for i in wanted], tenant),
    )
    rows = await cursor.fetchall()
    by_key = {(identity.kind, identity.value): identity for identity in wanted}
    return {
        by_key[kind, value]: Party.model_validate(  # type: ignore[index]  # the query's own keys
            {
                "contact": {"contact_id": contact, "name": name, "phone": phone, "email": email},
                "conversation_id": conversation,
                "formerly": formerly,
            }
        )
        for kind, value, contact, name, phone, email, conversation, formerly in rows
    }


async def _lock(conn: Connection, tenant: str, wanted: Sequence[Identity]) -> None:
    await conn.execute(
        "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT "
        "hashtextextended('identity ' || name, 0) AS key FROM unnest(%s::text[]) AS name "
        "ORDER BY key) AS ordered",
        ([f"{tenant} {identity.kind} {identity.value}" for identity in wanted],),
    )


async def _write_contact(
    conn: Connection, tenant: str, contact_id: UUID, wanted: Sequence[Identity], known: Known
) -> None:
    phone = next((phone for identity in wanted if (phone := phone_of(identity))), None)
    await conn.execute(
        """
        INSERT INTO contacts (contact_id, tenant, name, phone, email) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (contact_id) DO UPDATE
           SET name = coalesce(excluded.name, contacts.name),
               phone = coalesce(contacts.phone, excluded.phone),
               email = coalesce(contacts.email, excluded.email)
        """,
        (contact_id, tenant, known.name, phone, known.email),
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


async def _write_identities(
    conn: Connection, tenant: str, contact_id: UUID, wanted: Sequence[Identity]
) -> None:
    await conn.execute(
        "INSERT INTO identities (tenant, kind, value, contact_id) "
        "SELECT %s, kind, value, %s FROM unnest(%s::text[], %s::text[]) AS new(kind, value) "
        "ON CONFLICT (tenant, kind, value) DO UPDATE SET contact_id = excluded.contact_id",
        (tenant, contact_id, [i.kind for i in wanted], [i.value for i in wanted]),
    )


async def _open_conversation(conn: Connection, tenant: str, contact_id: UUID) -> None:
    conversation_id = root_id(tenant, "conversation", str(contact_id))
    await conn.execute(
        "INSERT INTO conversations (conversation_id, tenant, contact_id) VALUES (%s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        (conversation_id, tenant, contact_id),
    )

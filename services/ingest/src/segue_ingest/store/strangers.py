"""Who is who for many at once: those who are known, and those whom nobody has met yet."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Asked:
    """Identities that are all one person's, and what is to be known of them."""

    tenant: str
    identities: Sequence[Identity]
    known: Known

    @property
    def keys(self) -> list[Key]:
        return keys_of(self.tenant, self.identities)


async def resolve_all(conn: Connection, asked: Sequence[Asked]) -> list[Resolution | None]:
    """The party of each, where it is known as it stands, or a stranger's, who becomes a contact;
    None where there is more to decide, which `identities.resolve` does.

    `conn` begins and commits nothing by itself. One round trip, and one more where there are
    strangers; nobody else waits for the client meanwhile.
    """
    found = await parties_in(await find(conn, [key for one in asked for key in one.keys]))
    answers = [_answer(one, found, changed=False) for one in asked]
    strangers = _apart([one for one in asked if not any(key in found for key in one.keys)])
    if strangers:
        met = await _meet(conn, strangers)
        for number, one in enumerate(asked):
            answers[number] = answers[number] or _answer(one, met, changed=True)
    return answers


def _answer(one: Asked, found: dict[Key, Party], *, changed: bool) -> Resolution | None:
    party = settled(one.keys, found, one.known)
    return Resolution(party, changed) if party else None


def _apart(strangers: Sequence[Asked]) -> list[Asked]:
    """Those who have nothing in common with one before them."""
    taken: set[Key] = set()
    apart = []
    for one in strangers:
        if taken.isdisjoint(one.keys):
            taken.update(one.keys)
            apart.append(one)
    return apart


async def _meet(conn: Connection, strangers: Sequence[Asked]) -> dict[Key, Party]:
    """Make contacts of those who are strangers still, now that their identities are locked."""
    keys = [key for one in strangers for key in one.keys]
    async with conn.pipeline():
        await conn.execute("BEGIN")
        await lock(conn, keys)
        await _write(conn, strangers)
        rows = await find(conn, keys)
        await conn.execute("COMMIT")
    return await parties_in(rows)


async def _write(conn: Connection, strangers: Sequence[Asked]) -> None:
    people = [
        (number, one, contact_id, first_conversation_id(one.tenant, contact_id))
        for number, one in enumerate(strangers)
        for contact_id in (new_contact_id(one.keys),)
    ]
    keys = [(number, key) for number, one, *_ in people for key in one.keys]
    await conn.execute(
        """
        WITH wanted AS (
            SELECT * FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[])
                       AS wanted(person, tenant, kind, value)
        ), new AS (
            SELECT * FROM unnest(%s::integer[], %s::text[], %s::uuid[], %s::uuid[],
                                 %s::text[], %s::text[], %s::text[])
                       AS new(person, tenant, contact_id, conversation_id, name, phone, email)
             WHERE person NOT IN (
                SELECT person FROM wanted JOIN identities USING (tenant, kind, value))
        ), contact AS (
            INSERT INTO contacts (contact_id, tenant, name, phone, email)
            SELECT contact_id, tenant, name, phone, email FROM new
            ON CONFLICT (contact_id) DO UPDATE
               SET name = coalesce(excluded.name, contacts.name),
                   phone = coalesce(contacts.phone, excluded.phone),
                   email = coalesce(contacts.email, excluded.email)
        ), identity AS (
            INSERT INTO identities (tenant, kind, value, contact_id)
            SELECT tenant, kind, value, contact_id FROM wanted JOIN new USING (person, tenant)
        )
        INSERT INTO conversations (conversation_id, tenant, contact_id)
        SELECT conversation_id, tenant, contact_id FROM new
        ON CONFLICT DO NOTHING
        """,
        (
            [number for number, _ in keys],
            *columns([key for _, key in keys]),
            [number for number, *_ in people],
            [one.tenant for _, one, *_ in people],
            [contact_id for *_, contact_id, _ in people],
            [conversation_id for *_, conversation_id in people],
            [one.known.name for _, one, *_ in people],
            [phone_in(one.keys) for _, one, *_ in people],
            [one.known.email for _, one, *_ in people],
        ),
    )

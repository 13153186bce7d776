"""Parties: contacts with their open conversations, found by what channels know people by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncCursor
from segue_common.events import Contact, Model, root_id
from segue_common.runtime.database import Connection

from segue_ingest.domain.addresses import Identity, phone_of

# An identity belongs to a person within a tenant.
Key = tuple[str, Identity]
Rows = AsyncCursor[tuple[object, ...]]


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


def has_all(contact: Contact, identities: Sequence[Identity], known: Known) -> bool:
    """Whether a contact already has everything that a resolution would add to it."""
    has_phone = contact.phone is not None or not any(map(phone_of, identities))
    has_email = contact.email is not None or known.email is None
    return has_phone and has_email and known.name in (None, contact.name)


def settled(wanted: Sequence[Key], found: dict[Key, Party], known: Known) -> Party | None:
    """The one party that all of these are, with nothing to be added; None if there isn't one."""
    parties = [found.get(key) for key in wanted]
    first = parties[0]
    if first is None or any(
        party is None or party.contact.contact_id != first.contact.contact_id for party in parties
    ):
        return None
    return first if has_all(first.contact, [identity for _, identity in wanted], known) else None


def keys_of(tenant: str, identities: Collection[Identity]) -> list[Key]:
    """Each once, a phone number first."""
    ordered = sorted(set(identities), key=lambda one: (one.kind != "phone", one.kind, one.value))
    return [(tenant, identity) for identity in ordered]


def new_contact_id(wanted: Sequence[Key]) -> UUID:
    """Of whoever nobody has met: the same in every process."""
    tenant, identity = wanted[0]
    return root_id(tenant, f"contact-{identity.kind}", identity.value)


def first_conversation_id(tenant: str, contact_id: UUID) -> UUID:
    """Of the conversation in which a new contact is met."""
    return root_id(tenant, "conversation", str(contact_id))


def phone_in(wanted: Sequence[Key]) -> str | None:
    """The number to ring, if there is one."""
    return next((phone for _, identity in wanted if (phone := phone_of(identity))), None)


async def lock(conn: Connection, wanted: Collection[Key]) -> None:
    """Have these to oneself until the transaction ends; whoever locks several does it in order."""
    await conn.execute(
        "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT "
        "hashtextextended('identity ' || name, 0) AS key FROM unnest(%s::text[]) AS name "
        "ORDER BY key) AS ordered",
        ([f"{tenant} {identity.kind} {identity.value}" for tenant, identity in wanted],),
    )


async def find(conn: Connection, wanted: Collection[Key]) -> Rows:
    """Ask for those that are anybody's: `parties_in` the answer says whose."""
    return await conn.execute(
        """
        SELECT i.tenant, i.kind, i.value, c.contact_id, c.name, c.phone, c.email, v.conversation_id,
               ARRAY(SELECT former.conversation_id FROM conversations AS former
                      WHERE former.contact_id = c.contact_id AND former.closed_at IS NOT NULL
                      ORDER BY former.closed_at, former.conversation_id)
          FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted(tenant, kind, value)
          JOIN identities AS i USING (tenant, kind, value)
          JOIN contacts AS c USING (contact_id)
          JOIN conversations AS v ON v.contact_id = c.contact_id AND v.closed_at IS NULL
        """,
        columns(wanted),
    )


async def parties_in(rows: Rows) -> dict[Key, Party]:
    """What `find` has found."""
    return {
        (tenant, Identity(kind, value)): Party.model_validate(  # type: ignore[misc, arg-type]  # as selected
            {
                "contact": {"contact_id": contact, "name": name, "phone": phone, "email": email},
                "conversation_id": conversation,
                "formerly": formerly,
            }
        )
        for tenant, kind, value, contact, name, phone, email, conversation, formerly in (
            await rows.fetchall()
        )
    }


def columns(wanted: Collection[Key]) -> tuple[list[str], list[str], list[str]]:
    """Tenants, kinds and values, for `unnest`."""
    return (
        [tenant for tenant, _ in wanted],
        [identity.kind for _, identity in wanted],
        [identity.value for _, identity in wanted],
    )

"""Who is who for many at once gives what each would have got alone."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from importlib.resources import files

import pytest
from segue_common.runtime.database import Pool, make_pool, migrate, single_statements
from segue_ingest.domain.addresses import Identity
from segue_ingest.store.identities import resolve
from segue_ingest.store.parties import Known, Party, Resolution
from segue_ingest.store.strangers import Asked, resolve_all


@pytest.fixture
async def pool(database_dsn: str) -> AsyncIterator[Pool]:
    migrate(database_dsn, "ingest", files("segue_ingest") / "migrations")
    pool = make_pool(database_dsn, "ingest", connections=4)
    await pool.open()
    yield pool
    await pool.close()


def phone() -> Identity:
    return Identity("phone", f"+1202{uuid.uuid4().int % 10**7:07d}")


def user() -> Identity:
    return Identity("whatsapp_user", f"US.{uuid.uuid4().hex}")


def stranger(*identities: Identity, tenant: str = "acme", name: str | None = None) -> Asked:
    return Asked(tenant, identities or (phone(),), Known(name=name))


async def together(pool: Pool, asked: Sequence[Asked]) -> list[Resolution | None]:
    async with single_statements(pool) as conn:
        return await resolve_all(conn, asked)


async def alone(pool: Pool, asked: Asked) -> Resolution:
    async with pool.connection() as conn:
        return await resolve(conn, asked.tenant, asked.identities, asked.known)


def parties(found: Sequence[Resolution | None]) -> list[Party]:
    assert all(found)
    return [one.party for one in found if one]


async def test_strangers_become_contacts_that_are_known_from_then_on(pool: Pool) -> None:
    asked = [stranger(phone(), user(), name="Ann"), stranger(user()), stranger(name="Bo")]
    first = await together(pool, asked)
    assert all(one.changed for one in first if one)
    assert [one.contact.name for one in parties(first)] == ["Ann", None, "Bo"]
    assert parties(first)[0].contact.phone == asked[0].identities[0].value
    assert len({one.conversation_id for one in parties(first)}) == 3
    for one, party in zip(asked, parties(first), strict=True):
        assert await alone(pool, one) == Resolution(party, changed=False)
    assert parties(await together(pool, asked)) == parties(first)


async def test_one_number_is_another_person_at_another_tenant(pool: Pool) -> None:
    number = phone()
    asked = [stranger(number), stranger(number, tenant="other")]
    one, other = parties(await together(pool, asked))
    assert one.contact.contact_id != other.contact.contact_id


async def test_a_stranger_who_is_asked_for_twice_is_one_contact(pool: Pool) -> None:
    one = stranger(name="Ann")
    first, second = parties(await together(pool, [one, one]))
    assert first == second


async def test_two_processes_that_meet_the_same_strangers_agree(pool: Pool) -> None:
    asked = [stranger(phone(), user()) for _ in range(20)]
    here, there = await asyncio.gather(together(pool, asked), together(pool, list(reversed(asked))))
    assert parties(here) == list(reversed(parties(there)))


async def test_whoever_turns_out_to_be_somebody_is_left_to_be_decided_alone(pool: Pool) -> None:
    hidden, shown = user(), phone()
    before = parties(await together(pool, [stranger(hidden), stranger(shown)]))
    news = [stranger(hidden, shown), stranger(shown, name="Ann"), stranger()]
    both, named, new = await together(pool, news)
    assert (both, named) == (None, None)
    assert new is not None
    merged = await alone(pool, news[0])
    assert merged.party.conversation_id == before[1].conversation_id
    assert merged.party.formerly == (before[0].conversation_id,)
    assert (await alone(pool, news[1])).party.contact.name == "Ann"


async def test_of_strangers_who_share_an_identity_only_the_first_is_met_at_once(pool: Pool) -> None:
    number = phone()
    first, second = await together(pool, [stranger(number), stranger(number, user())])
    assert first is not None
    assert second is None

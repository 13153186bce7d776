"""Fences on the real database: many are read at once, and none as it was before it was asked."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from importlib.resources import files

import psycopg
import pytest
from segue_common.runtime.database import Pool, make_pool, migrate
from segue_ingest.domain.fence import OPEN, Fence
from segue_ingest.store.fences import Fences, raise_to

FENCE = Fence(3, "person", 2)


@pytest.fixture
async def pool(database_dsn: str) -> AsyncIterator[Pool]:
    migrate(database_dsn, "ingest", files("segue_ingest") / "migrations")
    pool = make_pool(database_dsn, "ingest", connections=2)
    await pool.open()
    yield pool
    await pool.close()


async def test_many_who_ask_at_once_get_each_their_own(pool: Pool) -> None:
    fenced, free = [uuid.uuid4() for _ in range(20)], [uuid.uuid4() for _ in range(20)]
    async with pool.connection() as conn:
        await raise_to(conn, dict.fromkeys(fenced, FENCE))
    fences = Fences(pool)
    asked = [*fenced, *free, *fenced]
    found = await asyncio.gather(*(fences.read(one) for one in asked))
    assert found == [FENCE] * 20 + [OPEN] * 20 + [FENCE] * 20


async def test_who_asks_while_a_statement_is_under_way_waits_for_the_next(pool: Pool) -> None:
    fences = Fences(pool)
    conversation = uuid.uuid4()
    async with pool.connection() as blocker:
        await blocker.execute("LOCK TABLE fences IN ACCESS EXCLUSIVE MODE")
        early = asyncio.create_task(fences.read(uuid.uuid4()))
        await until_blocked(pool)
        late = asyncio.create_task(fences.read(conversation))
        await raise_to(blocker, {conversation: FENCE})
    assert (await early, await late) == (OPEN, FENCE)


async def test_a_failed_read_is_told_to_who_asked_and_the_next_one_works(pool: Pool) -> None:
    fences = Fences(pool)
    conversation = uuid.uuid4()
    async with pool.connection() as conn:
        await conn.execute("ALTER TABLE fences RENAME TO fences_away")
    results = await asyncio.gather(
        *(fences.read(conversation) for _ in range(3)), return_exceptions=True
    )
    async with pool.connection() as conn:
        await conn.execute("ALTER TABLE fences_away RENAME TO fences")
    assert all(isinstance(result, psycopg.Error) for result in results)
    assert await fences.read(conversation) == OPEN


async def until_blocked(pool: Pool) -> None:
    async with asyncio.timeout(10):
        while True:
            async with await psycopg.AsyncConnection.connect(pool.conninfo) as conn:
                cursor = await conn.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                    "AND query LIKE '%FROM fences%' AND datname = current_database()"
                )
                if await cursor.fetchone() == (1,):
                    return
            await asyncio.sleep(0.01)

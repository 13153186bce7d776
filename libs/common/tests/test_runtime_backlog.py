"""Counting and leasing jobs on the real database: right, and without reading the whole table."""

import uuid
from collections.abc import AsyncIterator

import pytest
from segue_common.runtime import jobs
from segue_common.runtime.database import Connection, Pool, make_pool, migrate

LATER = 100_000


@pytest.fixture
async def pool(database_dsn: str) -> AsyncIterator[Pool]:
    """The router's tables: many jobs for later, two that are due, and one that is dead."""
    migrate(database_dsn, "router", None)
    opened = make_pool(database_dsn, "router", connections=2)
    await opened.open()
    async with opened.connection() as conn:
        await conn.execute(
            "INSERT INTO jobs (id, kind, key, payload, payload_type, tenant, conversation_id, "
            "cause, due_at, dead_because) SELECT gen_random_uuid(), 'timer', n::text, '', '', "
            "'acme', gen_random_uuid(), gen_random_uuid(), now() + "
            "make_interval(secs => CASE WHEN n > 3 THEN 86400 + n ELSE -n END), "
            "CASE n WHEN 1 THEN 'ValueError' END FROM generate_series(1, %s) AS n",
            (LATER + 3,),
        )
        await conn.execute("ANALYZE jobs")
    yield opened
    async with opened.connection() as conn:
        await conn.execute("TRUNCATE jobs")
    await opened.close()


async def test_due_and_dead_jobs_are_counted_without_reading_those_for_later(pool: Pool) -> None:
    async with pool.connection() as conn:
        assert await jobs.count(conn) == (2, 1)
        plan = await plan_of(conn, jobs.COUNT)
    assert "Seq Scan" not in plan
    assert " jobs_due on jobs" in plan
    assert " jobs_dead on jobs" in plan


async def test_due_jobs_are_leased_without_reading_those_for_later(pool: Pool) -> None:
    async with pool.connection() as conn:
        plan = await plan_of(conn, jobs.LEASE, [], 10, uuid.uuid4(), 60)
        assert [job.key for job in await jobs.lease(conn, 10, 60)] == ["2", "3"]
    assert "Seq Scan" not in plan
    assert "Index Cond: (due_at <= " in plan


async def plan_of(conn: Connection, query: str, *parameters: object) -> str:
    """How the database would go about it."""
    cursor = await conn.execute(f"EXPLAIN {query}".encode(), parameters)
    return "\n".join(str(line) for (line,) in await cursor.fetchall())

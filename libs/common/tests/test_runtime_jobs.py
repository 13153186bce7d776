"""Rows of the jobs table, on the real database: replacing, lanes, and when to look again."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from segue_common.decisions import NewJob, timer
from segue_common.events import Event, EventData, ReleaseRequested, TakeoverRequested, root_event
from segue_common.events.envelope import parse_data
from segue_common.runtime import database, jobs
from segue_common.runtime.database import Connection, make_pool, migrate
from segue_common.runtime.processor import TRANSIENT
from segue_common.runtime.transaction import ScheduledJob

NOW = datetime(2026, 11, 3, tzinfo=UTC)
WITHIN = 1.0


@pytest.fixture
async def conn(database_dsn: str) -> AsyncIterator[Connection]:
    migrate(database_dsn, "router", None)
    pool = make_pool(database_dsn, "router", connections=2)
    await pool.open()
    async with pool.connection() as opened:
        await opened.execute("TRUNCATE jobs")
        yield opened
    await pool.close()


def cause() -> Event[EventData]:
    return root_event(
        ReleaseRequested(person="Robin"), id=uuid.uuid4(), source="/test", tenant="acme",
        conversation_id=uuid.uuid4(), time=NOW,
    )  # fmt: skip


async def put(conn: Connection, *new: NewJob) -> None:
    await jobs.store(conn, [ScheduledJob(job, cause(), None) for job in new], datetime.now(UTC))


def work(key: str, lane: str | None = None, due_at: datetime | None = None) -> NewJob:
    return NewJob("work", key, ReleaseRequested(person=key), lane=lane, due_at=due_at)


async def test_a_timer_that_is_set_anew_brings_what_it_was_set_to_last(conn: Connection) -> None:
    await put(conn, timer("k", NOW, ReleaseRequested(person="first")))
    await put(conn, timer("k", NOW, TakeoverRequested(person="second")))
    (job,) = await jobs.lease(conn, 10, 60)
    assert parse_data(job.payload_type, job.payload) == TakeoverRequested(person="second")


async def test_a_job_that_is_set_anew_counts_in_its_new_lane(conn: Connection) -> None:
    await put(conn, work("a", lane="one"), work("b", lane="two"))
    await put(conn, work("b", lane="one"))
    assert [job.key for job in await jobs.lease(conn, 10, 60)] == ["a"]


async def test_a_job_that_waits_for_its_lane_makes_nobody_look_again(conn: Connection) -> None:
    await put(conn, work("first", lane="one"), work("second", lane="one"))
    (first,) = await jobs.lease(conn, 10, 60)
    assert first.key == "first"
    assert await jobs.seconds_to_next(conn, WITHIN) is None
    await jobs.finish(conn, [first])
    wait = await jobs.seconds_to_next(conn, WITHIN)
    assert wait is not None
    assert wait <= 0


async def test_a_tenant_that_has_its_share_waits_and_makes_nobody_look_again(
    conn: Connection,
) -> None:
    await put(conn, work("a"))
    assert await jobs.lease(conn, 10, 60, without=["acme"]) == []
    assert await jobs.seconds_to_next(conn, WITHIN, without=["acme"]) is None
    assert [job.key for job in await jobs.lease(conn, 10, 60, without=["other"])] == ["a"]


async def test_the_next_look_is_when_the_next_job_falls_due(conn: Connection) -> None:
    now = datetime.now(UTC)
    await put(conn, work("soon", due_at=now + timedelta(seconds=0.8)))
    await put(conn, work("later", due_at=now + timedelta(days=3)))
    wait = await jobs.seconds_to_next(conn, WITHIN)
    assert wait is not None
    assert 0 < wait <= 0.8
    await conn.execute("DELETE FROM jobs WHERE key = 'soon'")
    assert await jobs.seconds_to_next(conn, WITHIN) is None


async def test_a_result_counts_for_the_one_who_removes_the_job(conn: Connection) -> None:
    await put(conn, work("a"))
    (job,) = await jobs.lease(conn, 10, 60)
    assert await jobs.finish(conn, [job]) == {job.id}
    assert await jobs.finish(conn, [job]) == set()


async def test_a_job_given_up_is_kept_and_its_lane_goes_on(conn: Connection) -> None:
    await put(conn, work("poison", lane="one"), work("next", lane="one"))
    (poison,) = await jobs.lease(conn, 10, 60)
    await jobs.bury(conn, poison, "ValueError")
    assert [job.key for job in await jobs.lease(conn, 10, 60)] == ["next"]
    cursor = await conn.execute("SELECT dead_because FROM jobs WHERE key = 'poison'")
    assert await cursor.fetchone() == ("ValueError",)


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_wrong_clock_sets_its_timers_right(conn: Connection, off: timedelta) -> None:
    believed = datetime.now(UTC) + off
    job = ScheduledJob(work("soon", due_at=believed + timedelta(seconds=0.8)), cause(), None)
    await jobs.store(conn, [job], believed)
    wait = await jobs.seconds_to_next(conn, WITHIN)
    assert wait is not None
    assert 0 < wait <= 0.8


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_wrong_clock_tries_again_in_time(conn: Connection, off: timedelta) -> None:
    believed = datetime.now(UTC) + off
    await put(conn, work("a"))
    (job,) = await jobs.lease(conn, 10, 60)
    await jobs.put_back(conn, job, jobs.Retry(believed + timedelta(seconds=0.8), "busy"), believed)
    wait = await jobs.seconds_to_next(conn, WITHIN)
    assert wait is not None
    assert 0 < wait <= 0.8


async def test_who_stands_still_in_a_transaction_is_let_go_of(
    conn: Connection, monkeypatch: pytest.MonkeyPatch, database_dsn: str
) -> None:
    """Otherwise its locks would hold up whoever took its work over."""
    monkeypatch.setattr(database, "LET_GO", "-c idle_in_transaction_session_timeout=100ms")
    pool = make_pool(database_dsn, "router", connections=2)
    await pool.open()
    frozen = await pool.getconn()
    await frozen.execute("SELECT pg_advisory_xact_lock(1)")
    # Waits for the lock that the frozen transaction has, until it is let go of.
    await conn.execute("SELECT pg_advisory_xact_lock(1)")
    with pytest.raises(TRANSIENT):
        await frozen.execute("SELECT 1")
    await pool.putconn(frozen)
    await pool.close()

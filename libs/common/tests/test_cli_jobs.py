"""`segue jobs` against the real database: what is given up is found, tried again, or dropped."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from segue_common.decisions import NewJob, timer
from segue_common.events import Event, EventData, PersonSaid, root_event
from segue_common.runtime import jobs
from segue_common.runtime.database import make_pool, migrate
from segue_common.runtime.jobs import Job
from segue_common.runtime.transaction import ScheduledJob

SEGUE = Path(sys.executable).with_name("segue")
NOW = datetime(2026, 11, 3, tzinfo=UTC)
WORDS = "Dana, at 4"


def cause() -> Event[EventData]:
    return root_event(
        PersonSaid(person="Robin", text=WORDS), id=uuid.uuid4(), source="/test", tenant="acme",
        conversation_id=uuid.uuid4(), time=NOW,
    )  # fmt: skip


async def leased(dsn: str, *new: NewJob) -> list[Job]:
    """Write jobs, and lease whatever is due now."""
    pool = make_pool(dsn, "router", connections=2)
    await pool.open()
    async with pool.connection() as conn:
        await jobs.store(conn, [ScheduledJob(job, cause(), None) for job in new], NOW)
        found = await jobs.lease(conn, 10, 60)
    await pool.close()
    return found


@pytest.fixture
async def dead(database_dsn: str) -> list[str]:
    """The IDs of two jobs of the router that were given up: a timer and other work."""
    migrate(database_dsn, "router", None)
    data = PersonSaid(person="Robin", text=WORDS)
    found = await leased(database_dsn, timer("k1", NOW, data), NewJob("call", "k2", data))
    with psycopg.connect(database_dsn) as conn:
        conn.execute(
            "UPDATE router.jobs SET dead_because = 'ValueError', attempts = 12, payload_type = "
            "CASE kind WHEN 'call' THEN '' ELSE payload_type END, lease = NULL, leased_until = NULL"
        )
    return [str(job.id) for job in found]


@pytest.fixture(autouse=True)
def _clean(database_dsn: str) -> Iterator[None]:
    yield
    with psycopg.connect(database_dsn) as conn:
        conn.execute("TRUNCATE router.jobs")


def segue(dsn: str, *arguments: str) -> tuple[int, str]:
    run = subprocess.run(
        [SEGUE, "jobs", *arguments], env={**os.environ, "SEGUE_POSTGRES_DSN": dsn},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


def test_dead_jobs_are_counted_and_shown_without_personal_data(
    database_dsn: str, dead: list[str]
) -> None:
    code, out = segue(database_dsn, "list", "--json")
    groups = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(g["service"], g["kind"], g["reason"], g["dead"]) for g in groups] == [
        ("router", "call", "ValueError", 1),
        ("router", "timer", "ValueError", 1),
    ]
    code, out = segue(database_dsn, "show", "router")
    assert code == 0
    assert all(each in out for each in dead)
    assert "what its last try did outside is unknown" in out
    assert "‹10 characters›" in out
    assert "bytes›" in out
    assert WORDS not in out
    assert WORDS in segue(database_dsn, "show", "router", "--show-pii", "--json")[1]
    newest = segue(database_dsn, "show", "router", "--limit", "1", "--json")[1]
    assert json.loads(newest)["id"] == dead[1]


def test_a_limit_that_shows_nothing_is_told_in_words(database_dsn: str) -> None:
    code, out = segue(database_dsn, "show", "router", "--limit", "0")
    assert code == 2
    assert "argument --limit: '0' is not a number of at least 1" in out


async def test_a_retried_job_is_leased_again_at_once_and_asks_outside_first(
    database_dsn: str, dead: list[str]
) -> None:
    assert await leased(database_dsn) == []
    code, out = segue(database_dsn, "retry", "router", "--id", dead[0])
    assert (code, out) == (0, f"to be tried again: router timer {dead[0]}\n")
    (job,) = await leased(database_dsn)
    assert (str(job.id), job.attempt, job.interrupted) == (dead[0], 1, True)


async def test_a_dropped_job_is_gone_and_no_other_is(database_dsn: str, dead: list[str]) -> None:
    assert segue(database_dsn, "drop", "router")[0] == 2
    assert segue(database_dsn, "drop", "router", "--id", dead[0])[0] == 0
    code, out = segue(database_dsn, "drop", "router", "--id", dead[0])
    assert (code, "no dead job" in out) == (2, True)
    assert segue(database_dsn, "retry", "router", "--all")[0] == 0
    assert [str(job.id) for job in await leased(database_dsn)] == [dead[1]]


def test_a_service_that_does_not_exist_is_named_with_those_that_do(database_dsn: str) -> None:
    migrate(database_dsn, "router", None)
    code, out = segue(database_dsn, "show", "rooter")
    assert code == 2
    assert "there are ingest, router" in out


def test_no_dead_jobs_are_told_as_such(database_dsn: str) -> None:
    migrate(database_dsn, "router", None)
    assert segue(database_dsn, "list") == (0, "no dead jobs\n")

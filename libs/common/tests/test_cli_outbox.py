"""`segue outbox` on the real servers: what the broker refused is found, sent again, or dropped."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from segue_common.cli.kafka_session import look_on
from segue_common.events import PersonSaid, root_event
from segue_common.events.topics import CONTROL
from segue_common.runtime.database import make_pool, migrate
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.outbox import Publisher
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings

SEGUE = Path(sys.executable).with_name("segue")
NOW = datetime(2026, 11, 3, tzinfo=UTC)
WORDS = "Dana, at 4"
REASON = "the broker refuses it: MessageSizeTooLargeError"


@pytest.fixture
def outbox(database_dsn: str) -> str:
    """The database with an empty outbox of the router."""
    migrate(database_dsn, "router", None)
    with psycopg.connect(database_dsn) as conn:
        conn.execute("TRUNCATE router.outbox")
    return database_dsn


def put(dsn: str, conversation: UUID, value: bytes, reason: str | None) -> str:
    """Write an event as it was left a while ago; returns its ID."""
    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            "INSERT INTO router.outbox (conversation_id, topic, value, dead_because, created_at) "
            "VALUES (%s, %s, %s, %s, now() - interval '1 minute') RETURNING seq",
            (conversation, CONTROL.name, value, reason),
        ).fetchone()
    assert row
    return str(row[0])


def said(conversation: UUID) -> bytes:
    return root_event(
        PersonSaid(person="Robin", text=WORDS), id=uuid.uuid4(), source="/test", tenant="acme",
        conversation_id=conversation, time=NOW,
    ).to_json()  # fmt: skip


def segue(dsn: str, *arguments: str) -> tuple[int, str]:
    run = subprocess.run(
        [SEGUE, "outbox", *arguments], env={**os.environ, "SEGUE_POSTGRES_DSN": dsn},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


def test_dead_events_are_counted_and_shown_without_personal_data(outbox: str) -> None:
    conversation = uuid.uuid4()
    dead = put(outbox, conversation, said(conversation), REASON)
    unreadable = put(outbox, conversation, b"{}", REASON)
    put(outbox, conversation, said(conversation), None)
    code, out = segue(outbox, "list", "--json")
    assert (code, json.loads(out)) == (
        0, {"service": "router", "topic": CONTROL.name, "reason": REASON, "dead": 2},
    )  # fmt: skip
    code, out = segue(outbox, "show", "router")
    assert code == 0
    assert f"router {CONTROL.name} {dead}," in out
    assert REASON in out
    assert "‹10 characters›" in out
    assert "‹2 bytes›" in out
    assert WORDS not in out
    shown = segue(outbox, "show", "router", "--id", dead, "--show-pii", "--json")[1]
    assert json.loads(shown)["event"]["data"]["text"] == WORDS
    newest = segue(outbox, "show", "router", "--limit", "1", "--json")[1]
    assert json.loads(newest)["id"] == int(unreadable)


@pytest.fixture
async def publisher(servers, outbox: str) -> AsyncIterator[Publisher]:  # type: ignore[no-untyped-def]
    kafka = KafkaSettings(bootstrap=servers.kafka_bootstrap)
    await create_topics(kafka)
    pool = make_pool(outbox, "router", connections=2)
    await pool.open()
    async with make_producer(kafka, "test") as producer:
        yield Publisher("router", pool, producer, DeadLetters("router", producer, lambda: NOW))
    await pool.close()


async def test_a_retried_event_is_swept_up_in_its_conversations_order(  # type: ignore[no-untyped-def]
    servers, outbox: str, publisher: Publisher
) -> None:
    conversation, other = uuid.uuid4(), uuid.uuid4()
    first = put(outbox, conversation, b"first", REASON)
    put(outbox, conversation, b"second", None)
    put(outbox, other, b"other", REASON)
    code, out = segue(outbox, "retry", "router", "--id", first)
    assert (code, out) == (0, f"to be sent again: router {CONTROL.name} {first}\n")
    backlog = await publisher.backlog()
    assert (backlog.waiting, backlog.dead) == (2, 1)
    assert 60 <= backlog.oldest_seconds < 120
    assert await publisher.flush_stale() == 2
    async with look_on(KafkaSettings(bootstrap=servers.kafka_bootstrap), [CONTROL]) as onlooker:
        key = str(conversation).encode()
        values = [record.value async for record in onlooker.backlog() if record.key == key]
    assert values == [b"first", b"second"]
    backlog = await publisher.backlog()
    assert (backlog.waiting, backlog.dead) == (0, 1)


def test_a_dropped_event_is_gone_and_neither_is_another_nor_one_that_waits(outbox: str) -> None:
    conversation = uuid.uuid4()
    dead, other = (put(outbox, conversation, b"x", REASON) for _ in range(2))
    waiting = put(outbox, conversation, b"x", None)
    assert segue(outbox, "drop", "router")[0] == 2
    assert segue(outbox, "drop", "router", "--id", dead)[0] == 0
    code, out = segue(outbox, "drop", "router", "--id", other, "--id", waiting)
    assert (code, out) == (2, f"segue outbox: no dead event {waiting}\n")
    with psycopg.connect(outbox) as conn:
        left = conn.execute("SELECT seq::text FROM router.outbox ORDER BY seq").fetchall()
    assert left == [(other,), (waiting,)]
    assert segue(outbox, "drop", "router", "--all")[0] == 0
    assert segue(outbox, "list") == (0, "no dead events\n")


@pytest.mark.parametrize("wrong", [("--limit", "0"), ("--limit", "-1"), ("--id", "x")])
def test_a_wrong_limit_or_id_is_told_in_words(outbox: str, wrong: tuple[str, str]) -> None:
    code, out = segue(outbox, "show", "router", *wrong)
    assert code == 2
    assert f"argument {wrong[0]}: '{wrong[1]}' is not" in out

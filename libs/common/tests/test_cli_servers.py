"""The commands against the real broker and the real database."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from segue_common.cli.dead_letter_box import read_letters
from segue_common.cli.kafka_session import StoredRecord, look_on
from segue_common.events import (
    Event,
    EventData,
    LeadSynced,
    PersonSaid,
    ReleaseRequested,
    TakeoverRequested,
    Topic,
    parse_event,
    root_event,
)
from segue_common.events.topics import CONTROL, CRM, MAX_MESSAGE_BYTES, TURNS_SUPPORT
from segue_common.runtime.clock import system_clock
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.producer import Outbound
from segue_common.runtime.provision import create_topics, inspect_topics
from segue_common.runtime.settings import KafkaSettings

SEGUE = Path(sys.executable).with_name("segue")
GOLDEN = Path(__file__).parent / "golden"
DEADLINE = 45.0
OPERATOR_TOKEN = "operator-token"


@pytest.fixture
def environment(servers: Any, database_dsn: str, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "acme.yaml").write_text("tenant: acme\nname: Acme\ntime_zone: UTC\n")
    return {
        **os.environ,
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(tmp_path),
        "SEGUE_OPERATOR_TOKEN": OPERATOR_TOKEN,
    }


@pytest.fixture
async def kafka(servers: Any) -> KafkaSettings:
    settings = KafkaSettings(bootstrap=servers.kafka_bootstrap)
    await create_topics(settings)
    return settings


@pytest.fixture
async def producer(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as started:
        yield started


async def segue(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        SEGUE, *arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(DEADLINE):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def synced(conversation: uuid.UUID, revision: int) -> Event[LeadSynced]:
    data = LeadSynced(
        adapter="builtin", record_id="r1", contact_id=conversation, revision=revision, stage="new"
    )
    return root_event(
        data, id=uuid.uuid4(), source="/test", tenant="acme", conversation_id=conversation,
        time=datetime.now(UTC),
    )  # fmt: skip


async def send(producer: AIOKafkaProducer, *events: Event[EventData]) -> None:
    for event in events:
        await producer.send_and_wait(
            event.topic.name, key=str(event.subject).encode(), value=event.to_json()
        )


async def everything(kafka: KafkaSettings, topic: Topic) -> list[StoredRecord]:
    async with look_on(kafka, [topic]) as onlooker:
        return [record async for record in onlooker.backlog()]


async def test_topics_can_be_used_as_soon_as_they_are_created(kafka: KafkaSettings) -> None:
    fresh = [
        Topic(f"segue.test-{uuid.uuid4().hex[:8]}", "A test.", has_dead_letters=False)
        for _ in range(5)
    ]
    assert not any(state.exists for state in await inspect_topics(kafka, fresh))
    assert await create_topics(kafka, fresh) == fresh
    assert all(s.exists and not s.differences for s in await inspect_topics(kafka, fresh))
    # A client that asked before the leaders stood would have to wait and ask again.
    consumer = AIOKafkaConsumer(*[t.name for t in fresh], bootstrap_servers=kafka.bootstrap)
    await consumer.start()
    try:
        assert len(consumer.assignment()) == sum(topic.partitions for topic in fresh)
    finally:
        await consumer.stop()
    assert await create_topics(kafka, fresh) == []


async def test_topics_and_migrate_make_what_doctor_wants(environment: dict[str, str]) -> None:
    code, out, _ = await segue(environment, "doctor", "--no-services")
    assert code == 1
    assert "run `segue migrate`" in out
    code, out, _ = await segue(environment, "topics", "--apply")
    assert code == 0
    assert "segue.leads" in out
    assert "missing" not in out
    # Every service may do it at its start, all at once, on a database that has nothing.
    runs = await asyncio.gather(*(segue(environment, "migrate") for _ in range(3)))
    assert [code for code, _, _ in runs] == [0, 0, 0], runs
    assert sum("runtime/0001_runtime.sql" in out for _, out, _ in runs) >= 1
    code, out, _ = await segue(environment, "migrate")
    assert set(re.findall(r"\S+\s{2,}(.*)", out)) == {"up to date"}
    code, out, err = await segue(environment, "doctor", "--no-services")
    assert code == 0, out + err
    assert "all is well" in out


async def test_tail_prints_events_as_they_come_and_masks_what_is_personal(
    environment: dict[str, str], producer: AIOKafkaProducer
) -> None:
    event = parse_event((GOLDEN / "segue.lead.qualified.v1.json").read_bytes())
    event = event.model_copy(update={"subject": uuid.uuid4()})
    process = await asyncio.create_subprocess_exec(
        SEGUE, "tail", "leads", "crm", "--conversation", str(event.subject)[:13], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell's background jobs, such as these tests may be, begin with it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(DEADLINE):
        assert b"waiting for events" in await process.stderr.readline()
        await send(producer, synced(uuid.uuid4(), 1), event)
        line = (await process.stdout.readline()).decode()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130
    assert "leads" in line
    assert "lead.qualified" in line
    assert str(event.subject)[:8] in line
    assert "reached the threshold: 75 of 100 points" in line
    assert "implant" not in line
    assert "Traceback" not in (await process.stderr.read()).decode()


async def test_tail_merges_topics_by_time_and_ends_when_only_the_past_is_asked(
    environment: dict[str, str], producer: AIOKafkaProducer
) -> None:
    conversation = uuid.uuid4()
    control = [
        root_event(
            ReleaseRequested(person=str(number)), id=uuid.uuid4(), source="/test", tenant="acme",
            conversation_id=conversation, time=datetime.now(UTC),
        )
        for number in range(3)
    ]  # fmt: skip
    for number in range(3):
        await send(producer, synced(conversation, number), control[number])
    code, out, err = await segue(
        environment, "tail", "crm", "control", "--until-now", "--json", "--conversation",
        str(conversation).upper(),
    )  # fmt: skip
    assert code == 0, err
    events = [json.loads(line)["event"] for line in out.splitlines()]
    told = [event["data"].get("revision", event["data"].get("person")) for event in events]
    assert told == [0, "0", 1, "1", 2, "2"]


@pytest.fixture
async def dead(kafka: KafkaSettings, producer: AIOKafkaProducer) -> list[StoredRecord]:
    """Three records of the CRM topic that became dead letters, the last of them no event."""
    conversation = uuid.uuid4()
    await send(producer, synced(conversation, 1), synced(conversation, 2))
    await producer.send_and_wait(
        CRM.name, key=str(conversation).encode(), value=b"Dana 2125550143",
        headers=[("traceparent", b"00-1")],
    )  # fmt: skip
    records = [r for r in await everything(kafka, CRM) if r.key == str(conversation).encode()]
    letters = DeadLetters("crm-sync", producer, system_clock)
    for record in records:
        await letters.put(record, "ValueError")
    return records


async def copies(kafka: KafkaSettings, dead: list[StoredRecord]) -> list[bytes | None]:
    """What lies in the CRM topic under the dead letters' key, in order."""
    return [r.value for r in await everything(kafka, CRM) if r.key == dead[0].key]


async def test_dead_letters_are_counted_and_shown_without_personal_data(
    environment: dict[str, str], dead: list[StoredRecord]
) -> None:
    code, out, _ = await segue(environment, "dlq", "list", "--json")
    groups = {(g["topic"], g["service"], g["reason"]): g for g in map(json.loads, out.splitlines())}
    assert code == 0
    assert groups[CRM.name, "crm-sync", "ValueError"]["waiting"] >= 3
    code, out, _ = await segue(environment, "dlq", "show", "crm", "--limit", "3")
    assert code == 0
    assert out.count("segue-dead-reason: ValueError") == 3
    assert f"segue-dead-offset: {dead[0].offset}" in out
    assert "‹15 bytes›" in out
    assert "Dana" not in out
    _, out, _ = await segue(environment, "dlq", "show", "crm", "--limit", "1", "--show-pii")
    assert "Dana 2125550143" in out


async def test_dead_letters_are_sent_again_once_unless_asked(
    environment: dict[str, str], kafka: KafkaSettings, dead: list[StoredRecord]
) -> None:
    values = [record.value for record in dead]
    letters = [
        x for x in await read_letters(kafka, [CRM.dead_letters]) if x.record.key == dead[0].key
    ]
    second = str(letters[1].record.offset)
    code, out, err = await segue(environment, "dlq", "redrive", "crm", "--offset", second)
    assert (code, out) == (0, f"sent again: offset {second} to {CRM.name}\n"), err
    assert await copies(kafka, dead) == [*values, values[1]]
    code, _, _ = await segue(environment, "dlq", "redrive", "crm", "--all")
    assert code == 0
    assert await copies(kafka, dead) == [*values, values[1], values[0], values[2]]
    code, out, _ = await segue(environment, "dlq", "redrive", "crm", "--all")
    assert code == 0
    assert "were left out (--again sends them)" in out
    assert len(await copies(kafka, dead)) == 6
    await segue(environment, "dlq", "redrive", "crm", "--offset", second, "--again")
    assert await copies(kafka, dead) == [
        *values, values[1], values[0], values[2], values[1]
    ]  # fmt: skip
    again = [r for r in await everything(kafka, CRM) if r.key == dead[0].key][-2]
    headers = dict(again.headers)
    assert headers["traceparent"] == b"00-1"
    assert not any(name.startswith("segue-dead-") for name in headers)
    assert headers["segue-redriven-from"].startswith(b"segue.crm.dlq/0/")


async def test_a_letter_that_is_still_refused_waits_and_holds_no_other_up(
    environment: dict[str, str], kafka: KafkaSettings, producer: AIOKafkaProducer
) -> None:
    key, too_large = str(uuid.uuid4()).encode(), b"x" * (MAX_MESSAGE_BYTES + 200_000)
    async with make_producer(kafka, "test") as sender:
        letters = DeadLetters("support", sender, system_clock)
        for value in (too_large, b"{}"):
            assert await letters.put_output(Outbound(TURNS_SUPPORT.name, key, value, []), "why")
    code, out, _ = await segue(environment, "dlq", "redrive", "turns.support", "--all")
    assert code == 1
    assert "the broker refuses it: MessageSizeTooLargeError" in out
    again = [r.value for r in await everything(kafka, TURNS_SUPPORT) if r.key == key]
    assert again == [b"{}"]
    code, out, _ = await segue(environment, "dlq", "list", "--json")
    groups = [json.loads(line) for line in out.splitlines()]
    (group,) = [g for g in groups if (g["topic"], g["reason"]) == (TURNS_SUPPORT.name, "why")]
    assert (group["waiting"], group["sent_again"]) == (1, 1)


@pytest.fixture
def conversation_server() -> Iterator[tuple[str, list[Event[EventData]]]]:
    """Answers `GET /v1/conversations/{id}` as ingest does."""
    conversation = uuid.uuid4()
    events = [
        parse_event((GOLDEN / f"{name}.json").read_bytes()).model_copy(
            update={"subject": conversation}
        )
        for name in ("segue.message.received.v1", "segue.lead.updated.v1", "segue.call.ended.v1")
    ]
    answer = {
        "conversation_id": str(conversation),
        "state": None,
        "events": [
            *(e.model_dump(mode="json") for e in events),
            {**events[0].model_dump(mode="json"), "type": "segue.of.tomorrow.v1"},
        ],
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["authorization"] == f"Bearer {OPERATOR_TOKEN}"
            known = self.path == f"/v1/conversations/{conversation}"
            status = 403 if not allowed else 200 if known else 404
            self.send_response(status)
            self.end_headers()
            body = answer if status == 200 else {"detail": "There is no such conversation."}
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", events
    server.shutdown()
    server.server_close()


async def test_timeline_shows_a_conversation_masked_unless_asked(
    environment: dict[str, str], conversation_server: tuple[str, list[Event[EventData]]]
) -> None:
    url, events = conversation_server
    environment |= {"SEGUE_PUBLIC_URL": url}
    conversation = str(events[0].subject)
    code, out, err = await segue(environment, "timeline", conversation)
    assert code == 0, err
    assert "lead" in out.splitlines()[1]
    assert "budget 25/25: at least the minimum" in out
    assert "over: no answer, 31 s" in out
    assert "implant" not in out
    _, out, _ = await segue(environment, "timeline", conversation, "--show-pii")
    assert "“Hi, how much is an implant?" in out
    _, out, _ = await segue(environment, "timeline", conversation, "--json", "--show-pii")
    assert [parse_event(line.encode()) for line in out.splitlines()] == events
    code, _, err = await segue(environment, "timeline", str(uuid.uuid4()))
    assert code == 2
    assert "404: There is no such conversation." in err


async def test_an_operators_commands_reach_the_control_topic(
    environment: dict[str, str],
    kafka: KafkaSettings,
    conversation_server: tuple[str, list[Event[EventData]]],
) -> None:
    url, events = conversation_server
    environment |= {"SEGUE_PUBLIC_URL": url}
    conversation = str(events[0].subject)
    who = ("--person", "Robin Okafor")
    for command in (
        ("takeover", conversation, *who, "--reason", "knows her"),
        ("say", conversation, *who, "Hi, Robin here."),
        ("release", conversation, *who, "--tenant", "acme-dental"),
    ):
        code, out, err = await segue(environment, *command)
        assert code == 0, err
        assert "asked for" in out
    written = [r for r in await everything(kafka, CONTROL) if r.key == conversation.encode()]
    found = [parse_event(record.value or b"") for record in written]
    assert [event.data for event in found] == [
        TakeoverRequested(person="Robin Okafor", reason="knows her"),
        PersonSaid(person="Robin Okafor", text="Hi, Robin here."),
        ReleaseRequested(person="Robin Okafor"),
    ]
    assert {event.tenant for event in found} == {"acme-dental"}
    assert all("traceparent" in dict(record.headers) for record in written)

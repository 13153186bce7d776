"""The qualifier's process on the real broker and database: once, also when it is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from model_stand_in import Answer, model_stand_in
from segue_common.events import (
    CallEnded,
    Contact,
    Event,
    EventData,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    Reading,
    SalesTurnRequested,
    Slot,
    TurnCompleted,
    Utterance,
    readable_events,
    root_event,
)
from segue_common.events.topics import LEADS, REPLIES
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from waiting import eventually, free_port

# However busy the machine is: waiting for what has come costs nothing.
DEADLINE = 150.0
TOKEN = "for-tests"
TENANT = """
tenant: acme
name: Acme Dental
time_zone: America/New_York
callback: {call_hours: "00:00-23:59"}
services: [{id: consult, name: Consultation, minutes: 30, resources: [chair]}]
"""
EVERYTHING = "I'm looking for an implant this week. My budget is 3k. I decide myself."
D = TypeVar("D", bound=EventData)


def turn(conversation: UUID, *texts: str, question: str | None = None) -> Event[EventData]:
    now = datetime.now(UTC)
    lines = tuple(
        Utterance(message_id=uuid.uuid4(), speaker="lead", channel="sms", text=text, at=now)
        for text in texts
    )
    request = SalesTurnRequested(
        turn_id=uuid.uuid4(), agent="sales", epoch=3, channel="sms", language="en",
        contact=Contact(contact_id=conversation, phone="+12025550123"), transcript=lines,
        new=tuple(line.message_id for line in lines), question=question,
        reading=Reading(intent="sales", confidence=1.0), first_contact=question is None,
    )  # fmt: skip
    return event(conversation, request)


def event(conversation: UUID, data: EventData) -> Event[EventData]:
    return root_event(
        data, id=uuid.uuid4(), source="/test", tenant="acme", conversation_id=conversation,
        time=datetime.now(UTC),
    )  # fmt: skip


def of(events: Sequence[Event[EventData]], kind: type[D]) -> list[D]:
    return [event.data for event in events if isinstance(event.data, kind)]


@dataclass
class Lab:
    """The qualifier's surroundings: what it reads, what it writes, and its process."""

    dsn: str
    environment: dict[str, str]
    producer: AIOKafkaProducer
    log: Path
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "segue_qualifier"],
            env={**self.environment, **environment},
            stderr=self.log.open("ab"),
        )
        self.processes.append(process)
        return process

    async def send(self, *events: Event[EventData]) -> None:
        for item in events:
            await self.producer.send_and_wait(
                item.topic.name, key=str(item.subject).encode(), value=item.to_json()
            )

    async def answers(self, conversation: UUID, turns: int) -> list[Event[EventData]]:
        """Everything said of a conversation, once `turns` turns are answered and a bit longer."""
        consumer = AIOKafkaConsumer(
            REPLIES.name,
            LEADS.name,
            bootstrap_servers=self.environment["SEGUE_KAFKA_BOOTSTRAP"],
            auto_offset_reset="earliest",
        )
        found: list[Event[EventData]] = []

        async def take(timeout_ms: int) -> None:
            for records in (await consumer.getmany(timeout_ms=timeout_ms)).values():
                events = readable_events(record.value for record in records)
                found.extend(item for item in events if item.subject == conversation)

        await consumer.start()
        try:
            async with asyncio.timeout(DEADLINE):
                while len(of(found, TurnCompleted)) < turns:
                    await take(200)
            await take(1000)
        except TimeoutError:
            pytest.fail(f"{len(of(found, TurnCompleted))} turns answered instead of {turns}")
        finally:
            await consumer.stop()
        return found

    async def get(self, path: str, token: str = TOKEN) -> tuple[int, dict[str, object]]:
        """Ask over HTTP, as soon as the process listens: it may answer turns before."""
        async with asyncio.timeout(DEADLINE):
            while True:
                try:
                    return await asyncio.to_thread(self._get, path, token)
                except urllib.error.URLError:
                    await asyncio.sleep(0.05)

    def _get(self, path: str, token: str) -> tuple[int, dict[str, object]]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def query(self, sql: bytes, conversation: UUID) -> list[tuple[object, ...]]:
        with psycopg.connect(self.dsn) as conn:
            return conn.execute(sql, (conversation,)).fetchall()

    async def wait_for_stage(self, conversation: UUID, stage: str) -> None:
        async def reached() -> bool:
            sql = b"SELECT stage FROM qualifier.leads WHERE conversation_id = %s"
            return self.query(sql, conversation) == [(stage,)]

        await eventually(reached, f"the lead's stage is {stage}")


@pytest.fixture
async def lab(servers, database_dsn, tmp_path: Path) -> AsyncIterator[Lab]:  # type: ignore[no-untyped-def]
    (tmp_path / "tenants").mkdir()
    (tmp_path / "tenants" / "acme.yaml").write_text(TENANT)
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("OPENAI")},
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(tmp_path / "tenants"),
        "SEGUE_QUALIFIER_PORT": str(port),
        "SEGUE_INTERNAL_TOKEN": TOKEN,
    }
    await create_topics(KafkaSettings(bootstrap=servers.kafka_bootstrap))
    producer = AIOKafkaProducer(bootstrap_servers=servers.kafka_bootstrap, acks="all")
    await producer.start()
    lab = Lab(database_dsn, environment, producer, tmp_path / "log", port)
    try:
        yield lab
    finally:
        for process in lab.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        await producer.stop()


async def test_a_turn_requested_twice_is_answered_once(lab: Lab) -> None:
    lab.start()
    conversation = uuid.uuid4()
    asked = turn(conversation, EVERYTHING)
    await lab.send(asked, asked)
    await lab.send(asked)
    events = await lab.answers(conversation, 1)
    [completed] = of(events, TurnCompleted)
    assert isinstance(asked.data, SalesTurnRequested)
    assert (completed.turn_id, completed.epoch) == (asked.data.turn_id, 3)
    assert len(of(events, LeadUpdated)) == 1
    [qualified] = of(events, LeadQualified)
    assert qualified.reason == "threshold"


@pytest.mark.parametrize("point", ["after_commit", "after_publish"])
async def test_a_crash_loses_and_doubles_no_answer(lab: Lab, point: str) -> None:
    conversation = uuid.uuid4()
    victim = lab.start(SEGUE_CRASH_AT=f"qualifier:{point}")
    await lab.send(turn(conversation, EVERYTHING))
    assert await asyncio.to_thread(victim.wait, DEADLINE) == -signal.SIGKILL
    lab.start()
    events = await lab.answers(conversation, 1)
    once = list({item.id: item for item in events}.values())
    assert [len(of(once, kind)) for kind in (TurnCompleted, LeadUpdated, LeadQualified)] == [1] * 3
    if point == "after_commit":
        assert len(events) == 3


async def test_operators_read_the_lead_with_its_evidence(lab: Lab) -> None:
    lab.start()
    conversation = uuid.uuid4()
    await lab.send(turn(conversation, "I'm looking for an implant, my budget is $200"))
    await lab.send(turn(conversation, "sorry, my budget is $3000", question="timeline"))
    await lab.answers(conversation, 2)
    status, lead = await lab.get(f"/v1/leads/{conversation}")
    assert status == 200
    assert sorted(fact["slot"] for fact in lead["facts"]) == ["budget", "need"]  # type: ignore[index,union-attr,attr-defined]
    assert lead["score"]["points"] == 50  # type: ignore[index,call-overload]
    assert (await lab.get(f"/v1/leads/{conversation}", "wrong"))[0] == 403
    assert (await lab.get(f"/v1/leads/{uuid.uuid4()}"))[0] == 404
    facts = lab.query(
        b"SELECT slot, quote, current FROM qualifier.lead_facts "
        b"WHERE conversation_id = %s ORDER BY slot, number",
        conversation,
    )
    assert facts == [
        ("budget", "$200", False),
        ("budget", "$3000", True),
        ("need", "an implant", True),
    ]
    columns = b"SELECT stage, score, threshold FROM qualifier.leads WHERE conversation_id = %s"
    assert lab.query(columns, conversation) == [("talking", 50, 70)]


async def test_calls_and_meetings_move_the_lead_on(lab: Lab) -> None:
    lab.start()
    conversation = uuid.uuid4()
    await lab.send(turn(conversation, EVERYTHING))
    [qualified] = of(await lab.answers(conversation, 1), LeadQualified)
    ended = CallEnded(
        call_id=uuid.uuid4(), qualification_id=qualified.qualification_id, attempt=1,
        outcome="hung_up", seconds=20,
    )  # fmt: skip
    await lab.send(event(conversation, ended))
    await lab.wait_for_stage(conversation, "contacted")
    now = datetime.now(UTC)
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=now, ends_at=now,
        time_zone="America/New_York",
    )  # fmt: skip
    booked = MeetingBooked(booking_id=uuid.uuid4(), slot=slot, by="chat")
    await lab.send(event(conversation, booked))
    await lab.wait_for_stage(conversation, "meeting")


# Loading the provider's client takes a starved machine long.
@pytest.mark.timeout(400)
async def test_a_model_suggests_words_and_its_absence_is_on_the_record(lab: Lab) -> None:
    words = "It's lovely to hear from you."
    with model_stand_in(Answer({"facts": [], "wishes": [], "reply": words})) as model:
        prices = {"SEGUE_LLM_PROMPT_PRICE": "2", "SEGUE_LLM_COMPLETION_PRICE": "5"}
        access = {"OPENAI_API_KEY": "test", "OPENAI_BASE_URL": model.url, **prices}
        lab.start(**access)
        conversation = uuid.uuid4()
        await lab.send(turn(conversation, "hello"))
        answers = await lab.answers(conversation, 1)
        [answered] = of(answers, TurnCompleted)
        assert words in answered.says[0]
        use = answered.model_use
        assert use is not None
        assert (use.prompt, use.prompt_tokens, use.fell_back) == ("sales.v2", 100, None)
        assert (use.cost, use.currency) == (0.0003, "USD")
        [updated] = of(answers, LeadUpdated)
        assert updated.spent is not None
        assert updated.spent.cost == 0.0003
    await lab.send(turn(conversation, "my budget is $900", question="timeline"))
    after = of(await lab.answers(conversation, 2), TurnCompleted)[1]
    assert after.model_use is not None
    assert after.model_use.fell_back == "error"
    assert [fact.slot for fact in after.facts] == ["budget"]
    assert after.question == "timeline", "the built-in answer goes on asking"


async def test_a_lead_known_from_another_conversation_is_passed_on_once(lab):
    """What another conversation of the same person has told is known, in the table of facts too."""
    lab.start()
    there, here = uuid.uuid4(), uuid.uuid4()
    await lab.send(turn(there, EVERYTHING))
    assert of(await lab.answers(there, 1), LeadQualified)
    greeting = turn(here, "Hello, it's me again").data.model_copy(update={"formerly": (there,)})
    await lab.send(event(here, greeting))
    said = await lab.answers(here, 1)
    assert not of(said, LeadQualified)
    assert of(said, TurnCompleted)[0].question not in ("need", "budget", "timeline", "authority")
    with psycopg.connect(lab.dsn) as conn:
        slots = conn.execute(
            "SELECT slot FROM qualifier.lead_facts WHERE conversation_id = %s AND current", (here,)
        ).fetchall()
    assert {"need", "budget", "timeline"} <= {slot for (slot,) in slots}

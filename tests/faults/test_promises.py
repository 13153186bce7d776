"""What holds when memory is lost, clocks are wrong, a process stands still, or an event is poison.

After each test the whole system comes to rest, and the checks of the fault run are made over
everything that is in the database, on the broker and at the carrier.
"""

import asyncio
import itertools
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete
from redis.asyncio import Redis
from segue_command import segue
from segue_common.events import Topic
from segue_common.events.topics import INBOUND
from segue_common.runtime.consumer import group_of
from segue_common.runtime.kafka import connection_options, make_admin, make_producer
from segue_common.runtime.settings import KafkaSettings
from segue_local.simulator import ChatLead, PhonePerson
from segue_local.soak.checks import violations
from segue_local.soak.cluster import Cluster
from segue_local.soak.evidence import collect
from segue_local.soak.people import ON_THE_PHONE
from segue_local.soak.plan import QUESTIONS, TENANTS, WANTS_A_CALL, Line, Person, Plan
from segue_local.soak.settling import settled
from segue_local.soak.visitor import Visitor
from segue_local.soak.witness import Witness

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

TENANT = next(iter(TENANTS))
PATIENCE = 60.0
# More than a consumer's session and a job's lease last.
STANDSTILL_SECONDS = 15.0
numbers = itertools.count(4_000_000)


def someone(cluster: Cluster) -> ChatLead:
    """A lead who has never written before."""
    return cluster.carrier.lead(f"+1347{next(numbers)}", tenant=TENANT, channel="whatsapp")


async def asks(lead: ChatLead, text: str) -> str:
    """Write, and read the answer."""
    assert await lead.say(text) == 200
    return (await lead.hears(PATIENCE)).body


async def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.1)


def rows(cluster: Cluster, query: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.dsn, autocommit=True) as conn:
        cursor = conn.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []


def conversations_of(cluster: Cluster, lead: ChatLead) -> set[UUID]:
    found = rows(
        cluster,
        "SELECT DISTINCT conversation_id FROM router.timeline WHERE event->'data'->>'address' = %s",
        lead.address,
    )
    return {UUID(str(row[0])) for row in found}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def nothing_wrong_afterwards(cluster: Cluster) -> AsyncIterator[None]:
    yield
    await cluster.ready()
    await settled(cluster.dsn, cluster.bootstrap, 120.0, cluster.carrier)
    nobody = Plan(0, 0.0, people=(), deaths=(), troubles=())
    evidence = await collect(nobody, Witness(), cluster.carrier, cluster.dsn, cluster.bootstrap)
    assert not (wrong := violations(evidence)), wrong


async def test_valkey_may_forget_everything_and_be_away(cluster: Cluster) -> None:
    lead = someone(cluster)
    await asks(lead, "Hello, I need a crown")
    async with Redis.from_url(cluster.system.environment["SEGUE_REDIS_URL"]) as valkey:
        await valkey.flushall()
    await asks(lead, QUESTIONS[0])
    await cluster.down("valkey")
    await asks(lead, QUESTIONS[1])
    await cluster.up("valkey")
    await asks(lead, QUESTIONS[2])
    assert len(lead.received) == 4
    assert len(conversations_of(cluster, lead)) == 1


async def test_a_web_chat_goes_on_while_valkey_is_away(cluster: Cluster) -> None:
    lines = tuple(Line(f"line-{n}", text, PATIENCE) for n, text in enumerate(QUESTIONS))
    person = Person("visitor", "visitor", TENANT, "web", 0.0, lines)
    witness, now = Witness(), asyncio.get_running_loop().time()
    visitor = Visitor(person, witness, cluster.fronts["ingest"].url, now + 120)
    talking = asyncio.create_task(visitor.run())
    await cluster.down("valkey")
    await talking
    await cluster.up("valkey")
    shown = witness.shown["visitor"]
    assert [text for _, role, text in shown if role == "lead"] == list(QUESTIONS)
    assert sum(role == "agent" for _, role, _ in shown) == len(QUESTIONS)


async def test_replicas_whose_clocks_are_two_hours_apart_neither_hurry_nor_double(
    cluster: Cluster,
) -> None:
    services = ("router", "ingest", "voice-bridge")
    for service in services:
        await cluster.restart(service, SEGUE_CLOCK_OFFSET_SECONDS="-3600")
        await cluster.restart(f"{service}-2", SEGUE_CLOCK_OFFSET_SECONDS="3600")
    await cluster.ready()
    writers, caller = [someone(cluster) for _ in range(6)], someone(cluster)
    cluster.carrier.person(caller.number, PhonePerson(script=ON_THE_PHONE))
    await asyncio.gather(
        *(asks(lead, QUESTIONS[0]) for lead in writers), asks(caller, WANTS_A_CALL)
    )
    await asyncio.gather(*(asks(lead, QUESTIONS[1]) for lead in writers))
    call = await cluster.carrier.call_to(caller.number, PATIENCE)
    await cluster.carrier.call_finished(call, PATIENCE)
    for service in services:
        await cluster.restart(service)
        await cluster.restart(f"{service}-2")
    # A timer that rings at once would have told them that it takes longer.
    assert [len(lead.received) for lead in writers] == [2] * len(writers)
    assert len([call for call in cluster.carrier.calls if call.to == caller.number]) == 1


@pytest.mark.parametrize("service", ["router", "ingest", "voice-bridge"])
async def test_a_process_that_stood_still_too_long_doubles_nothing(
    cluster: Cluster, service: str
) -> None:
    leads = [someone(cluster) for _ in range(10)]
    for lead in leads:
        cluster.carrier.person(lead.number, PhonePerson(script=ON_THE_PHONE))
    saying = [asyncio.create_task(lead.say(WANTS_A_CALL)) for lead in leads]
    await asyncio.wait(saying, return_when=asyncio.FIRST_COMPLETED)
    cluster.pause(service)
    try:
        # What it had in hand is taken over; only time makes it a process that was given up.
        await asyncio.sleep(STANDSTILL_SECONDS)
    finally:
        cluster.resume(service)
    await asyncio.gather(*saying, *(lead.hears(PATIENCE) for lead in leads))
    for lead in leads:
        await cluster.carrier.call_to(lead.number, PATIENCE)
    await settled(cluster.dsn, cluster.bootstrap, 120.0, cluster.carrier)
    calls = [call.to for call in cluster.carrier.calls]
    assert [calls.count(lead.number) for lead in leads] == [1] * len(leads)


async def test_partitions_move_only_when_a_slow_handler_is_done(cluster: Cluster) -> None:
    lead = someone(cluster)
    await asks(lead, "Hello, I need a crown")
    await cluster.down("router-2", how="leave")
    (conversation,) = conversations_of(cluster, lead)
    with psycopg.connect(cluster.dsn) as holding:
        holding.execute(
            "SELECT 1 FROM router.conversations WHERE conversation_id = %s FOR UPDATE",
            (conversation,),
        )
        assert await lead.say(QUESTIONS[0]) == 200
        await until(lambda: bool(rows(cluster, WAITING, "segue-router")))
        await cluster.up("router-2")
        # It waits to be let in until what the other has in hand is done.
        await until(lambda: "PreparingRebalance" in group_state(cluster, INBOUND))
        assert len(lead.received) == 1
    assert (await lead.hears(PATIENCE)).body
    assert await asks(lead, QUESTIONS[1])
    assert len(lead.received) == 3


def group_state(cluster: Cluster, topic: Topic) -> str:
    """What the broker says of the router's group for a topic."""

    async def ask() -> str:
        admin = make_admin(KafkaSettings(bootstrap=cluster.bootstrap))
        await admin.start()
        try:
            return str(await admin.describe_consumer_groups([group_of("router", topic)]))
        finally:
            await admin.close()

    return asyncio.run(ask())


WAITING = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"


@asynccontextmanager
async def poisoned(cluster: Cluster, conversation: UUID) -> AsyncIterator[None]:
    """As if the router had a fault that only this conversation shows."""
    refuse = f"CHECK (conversation_id <> '{conversation}') NOT VALID"
    rows(cluster, f"ALTER TABLE router.timeline ADD CONSTRAINT poison {refuse}")
    try:
        yield
    finally:
        rows(cluster, "ALTER TABLE router.timeline DROP CONSTRAINT poison")


async def test_a_dead_letter_is_listed_shown_and_handled_once_when_sent_again(
    cluster: Cluster,
) -> None:
    lead, neighbour = someone(cluster), someone(cluster)
    await asks(lead, "Hello, I need a crown")
    (conversation,) = conversations_of(cluster, lead)
    # The carrier's reports on the first answer would become dead letters too.
    await settled(cluster.dsn, cluster.bootstrap, PATIENCE, cluster.carrier)
    async with poisoned(cluster, conversation):
        assert await lead.say(QUESTIONS[0]) == 200
        await asks(neighbour, QUESTIONS[0])
        await until(lambda: waiting_letters(cluster) == 1)
    shown = ask_segue(cluster, "dlq", "show", "conversation.inbound")
    assert "CheckViolation" in shown
    assert QUESTIONS[0] not in shown
    assert "sent again" in ask_segue(cluster, "dlq", "redrive", "conversation.inbound", "--all")
    assert (await lead.hears(PATIENCE)).body
    again = ask_segue(cluster, "dlq", "redrive", "conversation.inbound", "--all", "--again")
    assert "sent again" in again
    await asks(lead, QUESTIONS[1])
    assert len(lead.received) == 3
    assert waiting_letters(cluster) == 0


async def test_a_slow_reader_of_dead_letters_holds_nobody_up(cluster: Cluster) -> None:
    kafka = KafkaSettings(bootstrap=cluster.bootstrap)
    reader = AIOKafkaConsumer(
        "segue.leads.dlq", **connection_options(kafka), group_id="slow", max_poll_records=1,
        auto_offset_reset="earliest",
    )  # fmt: skip
    lead = someone(cluster)
    async with make_producer(kafka, "test") as producer:
        for number in range(50):
            await producer.send_and_wait("segue.leads", b"no event", key=str(number).encode())
        await until(lambda: waiting_letters(cluster) == 150)
        await reader.start()
        await reader.getone()
        for number in range(50):
            await producer.send_and_wait("segue.leads", b"no event", key=str(number).encode())
        assert await asks(lead, QUESTIONS[0])
        await until(lambda: waiting_letters(cluster) == 300)
    await reader.stop()
    # They are no events and never will be: sent again they only come back.
    admin = make_admin(kafka)
    await admin.start()
    await admin.delete_records({TopicPartition("segue.leads.dlq", 0): RecordsToDelete(-1)})
    await admin.close()


def ask_segue(cluster: Cluster, *arguments: str) -> str:
    done: subprocess.CompletedProcess[str] = segue(cluster.system, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def waiting_letters(cluster: Cluster) -> int:
    listed = ask_segue(cluster, "dlq", "list", "--json").splitlines()
    return sum(json.loads(line)["waiting"] for line in listed)

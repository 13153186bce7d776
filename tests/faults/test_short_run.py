"""The fault run in its short form, with one process of each service: everything is killed while
people write, a burst comes in, memory is lost, and an event is poison."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete
from fault_lab import (
    PATIENCE,
    TENANT,
    ask_segue,
    asks,
    conversations_of,
    letters_wait,
    nothing_wrong_afterwards,
    rows,
    someone,
    waiting_letters,
)
from redis.asyncio import Redis
from segue_common.runtime.kafka import connection_options, make_admin, make_producer
from segue_common.runtime.settings import SERVICE_PORTS, KafkaSettings
from segue_local.soak.burst import burst
from segue_local.soak.cluster import Cluster
from segue_local.soak.plan import QUESTIONS, Line, Person, draw
from segue_local.soak.run import run
from segue_local.soak.settling import settled
from segue_local.soak.visitor import Visitor
from segue_local.soak.witness import Witness
from waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

SEED, SECONDS, PEOPLE = 11, 20.0, 14
MESSAGES = 400


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """One process of each service: while one is dead, nobody stands in for it."""
    async with Cluster(tmp_path_factory.mktemp("cluster"), replicas=False, say=print) as running:
        yield running


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def checked(cluster: Cluster) -> AsyncIterator[None]:
    async with nothing_wrong_afterwards(cluster):
        yield


async def test_nothing_is_lost_doubled_or_left_when_everything_dies(cluster: Cluster) -> None:
    plan = draw(SEED, SECONDS, people=PEOPLE, targets=[*SERVICE_PORTS])
    result = await run(cluster, plan, print, rest_seconds=240)
    report = "\n".join(result.report())
    assert result.evidence.messages, report
    assert result.evidence.calls, report
    assert not result.violations, report


async def test_a_burst_is_taken_or_told_to_come_again_and_others_get_their_replies(
    cluster: Cluster,
) -> None:
    result = await burst(cluster, MESSAGES, print, come_again=False, rest_seconds=240)
    report = "\n".join(result.report())
    assert set(result.first_answers) <= {200, 429, 503}, report
    assert not result.without_retry_after, report
    assert result.quiet_replies, report
    assert not result.quiet_unanswered, report
    assert not result.violations, report


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
        await eventually(lambda: letters_wait(cluster, 1), "the dead letter")
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
        await eventually(lambda: letters_wait(cluster, 150), "the first letters")
        await reader.start()
        await reader.getone()
        for number in range(50):
            await producer.send_and_wait("segue.leads", b"no event", key=str(number).encode())
        assert await asks(lead, QUESTIONS[0])
        await eventually(lambda: letters_wait(cluster, 300), "the other letters")
    await reader.stop()
    # They are no events and never will be: sent again they only come back.
    admin = make_admin(kafka)
    await admin.start()
    await admin.delete_records({TopicPartition("segue.leads.dlq", 0): RecordsToDelete(-1)})
    await admin.close()

"""The runtime's promises, on the real broker and database, with a real process that is killed."""

import asyncio
import json
import signal
import subprocess
import uuid
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer
from runtime_lab import DEADLINE, Lab, message, open_lab
from segue_common.events import DeliveryUpdated, Event, EventData
from segue_common.events.topics import INBOUND
from segue_common.runtime.provision import inspect_topics
from waiting import eventually


async def test_topics_stand_as_they_are_declared(lab: Lab) -> None:
    states = await inspect_topics(lab.kafka)
    assert all(state.exists and not state.differences for state in states), states


async def test_a_repeated_event_is_handled_and_answered_once(lab: Lab) -> None:
    lab.start()
    conversation = uuid.uuid4()
    first, second = message(conversation, "one"), message(conversation, "two")
    await lab.send(first, first, first, second, first)
    await lab.wait_seen(conversation, 2)
    assert lab.seen(conversation) == ["one", "two"]
    assert [answer.data.message_id for answer in await lab.answers(conversation, 2)] == [  # type: ignore[attr-defined]
        first.id,
        second.id,
    ]


@pytest.mark.parametrize("point", ["after_commit", "after_publish", "before_offset_commit"])
async def test_a_crash_loses_and_doubles_nothing(lab: Lab, point: str) -> None:
    conversation = uuid.uuid4()
    sent = [message(conversation, str(number)) for number in range(20)]
    victim = lab.start(crash_at=f"ingest:{point}")
    await lab.send(*sent)
    assert await asyncio.to_thread(victim.wait, DEADLINE) == -signal.SIGKILL
    lab.start()
    await lab.wait_seen(conversation, 20)
    assert lab.seen(conversation) == [str(number) for number in range(20)]
    answers = await lab.answers(conversation, 20)
    once = by_id(answers).values()
    assert [answer.data.message_id for answer in once] == [event.id for event in sent]  # type: ignore[attr-defined]
    if point == "after_commit":
        assert len(answers) == 20


def by_id(events: list[Event[EventData]]) -> dict[UUID, Event[EventData]]:
    """In the order of first appearance: what a consumer with an inbox makes of repeats."""
    return {event.id: event for event in events}


@pytest.mark.parametrize("text", ["bad", "sql", "limit"])
async def test_a_poison_event_is_set_aside_and_its_neighbours_go_on(lab: Lab, text: str) -> None:
    conversation, other = uuid.uuid4(), uuid.uuid4()
    poison = message(conversation, text)
    await lab.send(
        message(conversation, "a"), poison, message(conversation, "b"), message(other, "c")
    )
    await lab.send_raw(other, b"not even JSON")
    await lab.send_raw(other, json.dumps({"type": "segue.nonsense.v1", "data": {}}).encode())
    lab.start()
    await lab.wait_seen(conversation, 2)
    await lab.wait_seen(other, 1)
    dead = await dead_letters(lab, {conversation: 1, other: 2})
    assert dead[conversation] == [poison.to_json()]
    assert dead[other][0] == b"not even JSON"


async def dead_letters(lab: Lab, wanted: dict[UUID, int]) -> dict[UUID, list[bytes]]:
    consumer = AIOKafkaConsumer(
        INBOUND.dead_letters.name, bootstrap_servers=lab.kafka.bootstrap,
        auto_offset_reset="earliest",
    )  # fmt: skip
    await consumer.start()
    found: dict[UUID, list[bytes]] = {key: [] for key in wanted}

    async def collect() -> bool:
        for records in (await consumer.getmany(timeout_ms=100)).values():
            for record in records:
                if record.key is None:
                    continue  # another test's
                headers = dict(record.headers)
                assert headers["segue-dead-topic"] == INBOUND.name.encode()
                assert headers["segue-dead-reason"]
                if (key := UUID(record.key.decode())) in found:
                    found[key].append(record.value)
        return all(len(found[key]) >= count for key, count in wanted.items())

    try:
        await eventually(collect, f"dead letters {wanted}")
    finally:
        await consumer.stop()
    return found


async def test_a_future_that_a_library_has_cancelled_ends_nobody(lab: Lab) -> None:
    """To whoever awaits it, it looks like the end of the task, which nobody would start again."""
    conversation = uuid.uuid4()
    lab.start()
    await lab.send(message(conversation, "stray"), message(conversation, "next"))
    assert len(await lab.answers(conversation, 2)) == 2
    assert lab.seen(conversation) == ["stray", "next"]


async def test_a_process_in_which_nobody_reads_any_more_ends(lab: Lab) -> None:
    """Whoever started it starts another, which goes on."""
    conversation = uuid.uuid4()
    process = lab.start()
    await lab.send(message(conversation, "end"))
    assert await asyncio.to_thread(process.wait, DEADLINE) == 1
    assert "nobody reads segue.conversation.inbound any more" in lab.log_file.read_text()
    lab.start()
    await lab.send(message(conversation, "next"))
    await lab.wait_seen(conversation, 2)


async def test_order_holds_while_replicas_come_and_go(lab: Lab) -> None:
    conversations = [uuid.uuid4() for _ in range(12)]
    lab.start()
    for number in range(40):
        await lab.send(*(message(conversation, str(number)) for conversation in conversations))
        if number in (8, 20):
            lab.start()
        if number == 28:
            lab.processes[0].kill()
    wanted = [str(number) for number in range(40)]
    for conversation in conversations:
        await lab.wait_seen(conversation, 40)
        assert lab.seen(conversation) == wanted
    answers = await lab.answers(conversations[0], 40)
    numbers = [int(e.data.provider) for e in by_id(answers).values()]  # type: ignore[attr-defined]
    assert numbers == list(range(1, 41))


async def test_jobs_of_a_lane_are_done_once_and_in_order(lab: Lab) -> None:
    lab.start()
    conversation = uuid.uuid4()
    sent = [message(conversation, "job") for _ in range(10)]
    await lab.send(*sent)
    answers = await lab.answers(conversation, 10)
    assert [answer.data.message_id for answer in answers] == [event.id for event in sent]  # type: ignore[attr-defined]
    lines = lab.calls_file.read_text().splitlines()
    assert lines == [f"{event.id} interrupted=False" for event in sent]


async def test_a_killed_job_is_taken_up_again_and_told_that_it_was_interrupted(
    lab_environment: dict[str, str], tmp_path: Path
) -> None:
    lab_environment["SEGUE_JOB_LEASE_SECONDS"] = "2"
    async with open_lab(lab_environment, tmp_path) as lab:
        victim = lab.start(crash_at="ingest:after_claim")
        conversation = uuid.uuid4()
        event = message(conversation, "job")
        await lab.send(event)
        assert await asyncio.to_thread(victim.wait, DEADLINE) == -signal.SIGKILL
        lab.start()
        answers = await lab.answers(conversation, 1)
        assert [type(answer.data) for answer in answers] == [DeliveryUpdated]
        assert lab.calls_file.read_text().splitlines() == [f"{event.id} interrupted=True"]


async def test_health_and_metrics_tell_how_the_service_is(lab: Lab) -> None:
    process = lab.start()

    async def ready() -> bool:
        return lab.health(process, "/health/ready")[0] == 200

    await eventually(ready, "the service is ready")
    assert lab.health(process, "/health/live")[0] == 200
    conversation = uuid.uuid4()
    await lab.send(message(conversation, "x"))
    await lab.wait_seen(conversation, 1)
    _, text = lab.health(process, "/metrics")
    assert "segue_events_handled_total" in text

    async def lag_known() -> bool:
        return "segue_consumer_lag_records{" in lab.health(process, "/metrics")[1]

    await eventually(lag_known, "the lag is measured")
    process.terminate()
    assert await asyncio.to_thread(process.wait, DEADLINE) == 0
    assert "hello" not in lab.log_file.read_text()


async def test_an_answer_that_the_broker_refuses_holds_nobody_up(lab: Lab) -> None:
    process = lab.start()
    conversation = uuid.uuid4()
    await lab.send(*(message(conversation, text) for text in ("a", "huge", "b", "c")))
    answers = await lab.answers(conversation, 3)
    assert [answer.data.provider for answer in answers] == ["1", "3", "4"]  # type: ignore[attr-defined]

    async def ready() -> bool:
        return lab.health(process, "/health/ready")[0] == 200

    await eventually(ready, "the service is ready")
    assert 'segue_dead_letters_total{service="ingest"' in lab.health(process, "/metrics")[1]


async def test_the_lag_of_a_partition_is_told_only_by_who_reads_it(lab: Lab) -> None:
    first = lab.start()

    async def told(process: subprocess.Popen[bytes], count: int) -> bool:
        return lab.health(process, "/metrics")[1].count("segue_consumer_lag_records{") == count

    await eventually(lambda: told(first, INBOUND.partitions), "all partitions are measured")
    second = lab.start()
    half = INBOUND.partitions // 2
    await eventually(lambda: told(first, half), "the first lets go of half of them")
    await eventually(lambda: told(second, half), "the second measures the others")

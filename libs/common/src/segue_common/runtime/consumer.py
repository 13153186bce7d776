"""Takes records from one topic in batches, and commits offsets once their outputs are out."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError, UnknownTopicOrPartitionError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from segue_common.events import EventData, Topic, UnreadableEvent, parse_event
from segue_common.runtime import metrics
from segue_common.runtime.broker_errors import in_words
from segue_common.runtime.crash_points import reached
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.processor import TRANSIENT, Arrival, Processor
from segue_common.runtime.records import Record, traceparent_of
from segue_common.runtime.strays import GivenUp, strays_told

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
# Well below max.poll.interval.ms, after which the group would give the partitions away.
GIVE_UP_SECONDS = 60.0
POLL_MS = 200
# How soon the group notices a member that was killed: the least that brokers allow by default.
SESSION_TIMEOUT_MS = 6_000
HEARTBEAT_MS = 1_500
# A consumer that has records waiting and finishes none of them in this time is stuck.
STUCK_SECONDS = 120.0


def group_of(service: str, topic: Topic) -> str:
    """The consumer group in which a service's processes share a topic."""
    return f"segue-{service}-{topic.name.removeprefix('segue.')}"


@dataclass
class TopicConsumer:
    """One topic's subscriber of one service, in a consumer group of its own.

    Records are handled `patience` seconds after they came: what comes meanwhile shares the next
    batch, and what somebody waits for has its turn first.
    """

    service: str
    topic: Topic
    handles: frozenset[type[EventData]]
    processor: Processor
    dead_letters: DeadLetters
    batch_records: int
    patience: float = 0.0
    subscriber: Any = None
    last_progress: float = field(default_factory=time.monotonic)

    @property
    def group_id(self) -> str:
        return group_of(self.service, self.topic)

    def subscribe(self, broker: KafkaBroker) -> None:
        """Register with the broker; consuming starts when the broker does."""
        self.subscriber = broker.subscriber(
            self.topic.name,
            batch=True,
            max_records=self.batch_records,
            batch_timeout_ms=POLL_MS,
            group_id=self.group_id,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            decoder=_leave_raw,
            listener=_WaitForBatch(self),
            no_reply=True,
        )
        self.subscriber(self._consume)
        self.subscriber.get_msg = self._next_records

    async def _next_records(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        """In place of FastStream's own, which sleeps for as long as it has waited in vain, and
        doesn't hear what comes meanwhile."""
        try:
            with strays_told():
                taken = await consumer.getmany(timeout_ms=POLL_MS, max_records=self.batch_records)
        except GivenUp as error:
            log.warning("reading %s is begun again", self.topic.name, exc_info=error)
            await asyncio.sleep(FIRST_WAIT_SECONDS)
            return ()
        return tuple(chain.from_iterable(taken.values()))

    async def _consume(self, message: KafkaMessage) -> None:
        # Here the records are in hand: the group waits for them before it moves partitions.
        await asyncio.sleep(self.patience)
        raw = message.raw_message
        await self.take(list(raw) if isinstance(raw, tuple) else [raw])

    async def take(self, records: Sequence[Record]) -> None:
        """Handle records; returns once their offsets may be committed.

        While a server is away it tries again, waiting longer each time, and at last raises, so
        that the same records are fetched again.
        """
        deadline = time.monotonic() + GIVE_UP_SECONDS
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                with strays_told():
                    await self._take(records)
            except TRANSIENT as error:
                if time.monotonic() + wait > deadline:
                    raise
                metrics.BATCH_RETRIES.labels(self.service).inc()
                log.warning("a batch is tried again", exc_info=error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                break
        self.last_progress = time.monotonic()
        reached(self.service, "before_offset_commit")

    async def _take(self, records: Sequence[Record]) -> None:
        by_id: dict[object, Record] = {}
        batch: list[Arrival] = []
        dead: list[tuple[Record, str]] = []
        for record in records:
            try:
                event = parse_event(record.value or b"")
            except UnreadableEvent as error:
                dead.append((record, str(error)))
                continue
            if type(event.data) in self.handles:
                by_id.setdefault(event.id, record)
                batch.append(Arrival(event, traceparent_of(record)))
        for rejected in await self.processor.process(batch):
            dead.append((by_id[rejected.event.id], rejected.reason))
        # Last, so that a batch that is tried again writes its dead letters once.
        for record, reason in dead:
            await self.dead_letters.put(record, reason)

    def lag(self) -> dict[int, int]:
        """Records not yet taken, by partition of this consumer."""
        consumer = self.subscriber.consumer
        if consumer is None:
            return {}
        lags = {}
        for place in consumer.assignment():
            high = consumer.highwater(place)
            state = consumer._subscription.subscription.assignment.state_value(place)
            position = state.position if state is not None and state.has_valid_position else None
            if high is not None and position is not None:
                lags[place.partition] = max(high - position, 0)
        return lags

    def is_running(self) -> bool:
        """Whether the consuming task runs."""
        return any(not task.done() for task in self.subscriber.tasks)

    def is_alive(self) -> bool:
        """Whether the consuming task runs and, if records wait, gets on with them."""
        if not self.is_running():
            return False
        waiting = sum(self.lag().values())
        return not waiting or time.monotonic() - self.last_progress < STUCK_SECONDS

    def trouble(self) -> str | None:
        """What an operator must do before the topic can be read, in words."""
        consumer = self.subscriber.consumer
        if consumer is None:
            return None
        cluster = consumer._client.cluster
        if self.topic.name in cluster.unauthorized_topics:
            return in_words(self.topic.name, TopicAuthorizationFailedError())
        if cluster.partitions_for_topic(self.topic.name) is None:
            return in_words(self.topic.name, UnknownTopicOrPartitionError())
        return None

    def is_assigned(self) -> bool:
        """Whether the consumer is a member of its group, with or without partitions of its own."""
        consumer = self.subscriber.consumer
        return consumer is not None and consumer._coordinator.generation >= 0


class _WaitForBatch(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped here
    """Lets partitions go only when the batch in hand is handled and its offsets committed, so
    that no two members of the group handle one conversation at once."""

    def __init__(self, owner: TopicConsumer) -> None:
        self._owner = owner

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked:
            await self._owner.subscriber.lock.wait_release(GIVE_UP_SECONDS)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._owner.last_progress = time.monotonic()


async def _leave_raw(_message: object) -> tuple[object, ...]:
    """Records are parsed one by one in `take`: a typed batch would fall whole with one of them."""
    return ()

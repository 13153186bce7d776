"""Reads topics as an onlooker: every partition, no consumer group, nothing committed."""

import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from segue_common.cli.errors import CommandError
from segue_common.events import Topic
from segue_common.runtime.kafka import connection_options, make_admin
from segue_common.runtime.records import Record
from segue_common.runtime.settings import KafkaSettings

POLL_MS = 300


class StoredRecord(Record, Protocol):
    """A record with the time at which it was written, in milliseconds since 1970."""

    @property
    def timestamp(self) -> int: ...


@contextmanager
def kafka_errors(settings: KafkaSettings) -> Iterator[None]:
    """Say in words that Kafka can't be worked with, instead of the client's own errors."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandError(
            f"Kafka at {settings.bootstrap} doesn't do what was asked ({error!r}); see that it "
            "runs and that SEGUE_KAFKA_BOOTSTRAP names it"
        ) from error


class Onlooker:
    """Records of some topics, merged by their time."""

    def __init__(self, consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
        self._consumer = consumer
        self._places = places

    async def backlog(self) -> AsyncIterator[StoredRecord]:
        """Everything that is there now, over all partitions in the order of time."""
        ends = await self._consumer.end_offsets(self._places)
        starts = await self._consumer.beginning_offsets(self._places)
        for place in self._places:
            self._consumer.seek(place, starts[place])
        waiting: dict[TopicPartition, deque[StoredRecord]] = {
            place: deque() for place in self._places if starts[place] < ends[place]
        }
        while waiting:
            if any(not records for records in waiting.values()):
                await self._fill(waiting, ends)
                continue
            place = min(waiting, key=lambda each: waiting[each][0].timestamp)
            record = waiting[place].popleft()
            if record.offset + 1 >= ends[place]:
                # What came meanwhile stays for `live`.
                self._consumer.seek(place, ends[place])
                del waiting[place]
            yield record

    async def _fill(
        self, waiting: dict[TopicPartition, deque[StoredRecord]], ends: dict[TopicPartition, int]
    ) -> None:
        """Fetch for the partitions that have nothing in hand, and drop those that are read out."""
        empty = [place for place, records in waiting.items() if not records]
        for place, records in (await self._consumer.getmany(*empty, timeout_ms=POLL_MS)).items():
            waiting[place].extend(record for record in records if record.offset < ends[place])
        for place in empty:
            if not waiting[place] and await self._consumer.position(place) >= ends[place]:
                self._consumer.seek(place, ends[place])
                del waiting[place]

    async def skip_to_end(self) -> None:
        """Leave out what is there: `live` begins with what comes from now on."""
        for place, end in (await self._consumer.end_offsets(self._places)).items():
            self._consumer.seek(place, end)

    async def live(self) -> AsyncIterator[StoredRecord]:
        """Records as they come, without end."""
        while True:
            found = await self._consumer.getmany(timeout_ms=POLL_MS)
            for record in sorted(
                (record for records in found.values() for record in records),
                key=lambda record: record.timestamp,
            ):
                yield record


@asynccontextmanager
async def look_on(settings: KafkaSettings, topics: Sequence[Topic]) -> AsyncIterator[Onlooker]:
    """Open some topics for reading; raises `CommandError` where one doesn't exist."""
    places = await _places_of(settings, topics)
    consumer = AIOKafkaConsumer(
        **connection_options(settings), client_id="segue-cli", enable_auto_commit=False
    )
    consumer.assign(places)
    await consumer.start()
    try:
        yield Onlooker(consumer, places)
    finally:
        await consumer.stop()


async def _places_of(settings: KafkaSettings, topics: Sequence[Topic]) -> list[TopicPartition]:
    admin = make_admin(settings)
    await admin.start()
    try:
        found = await admin.describe_topics([topic.name for topic in topics])
    finally:
        await admin.close()
    places = [
        TopicPartition(entry["topic"], partition["partition"])
        for entry in found
        for partition in entry["partitions"]
    ]
    if missing := {topic.name for topic in topics} - {place.topic for place in places}:
        raise CommandError(
            f"not on the broker: {', '.join(sorted(missing))}; create what is missing with "
            "`segue topics --apply`"
        )
    return sorted(places)

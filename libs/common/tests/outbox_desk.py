"""An outbox of the tests' own, with what publishes it to the real broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from segue_common.cli.kafka_session import StoredRecord, look_on
from segue_common.events import Topic
from segue_common.runtime.database import Pool, make_pool, migrate
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.outbox import Backlog, Publisher
from segue_common.runtime.producer import Producer
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings

NOW = datetime(2026, 11, 3, tzinfo=UTC)


@dataclass
class Desk:
    """An outbox and what publishes it."""

    kafka: KafkaSettings
    pool: Pool
    producer: Producer
    publisher: Publisher

    async def put(self, conversation: UUID, topic: str, *values: bytes) -> None:
        async with self.pool.connection() as conn:
            for value in values:
                await conn.execute(
                    "INSERT INTO outbox (conversation_id, topic, value) VALUES (%s, %s, %s)",
                    (conversation, topic, value),
                )

    async def backlog(self) -> tuple[int, int]:
        found: Backlog = await self.publisher.backlog()
        return found.waiting, found.dead

    async def records(self, topic: Topic, conversation: UUID | None) -> list[StoredRecord]:
        async with look_on(self.kafka, [topic]) as onlooker:
            key = conversation and str(conversation).encode()
            return [record async for record in onlooker.backlog() if record.key == key]

    async def values(self, topic: Topic, conversation: UUID) -> list[bytes | None]:
        return [record.value for record in await self.records(topic, conversation)]


@asynccontextmanager
async def open_desk(bootstrap: str, dsn: str) -> AsyncIterator[Desk]:
    kafka = KafkaSettings(bootstrap=bootstrap)
    await create_topics(kafka)
    migrate(dsn, "router", None)
    pool = make_pool(dsn, "router", connections=4)
    await pool.open()
    async with pool.connection() as conn:
        await conn.execute("TRUNCATE outbox, jobs, inbox")
    async with make_producer(kafka, "test") as producer:
        letters = DeadLetters("router", producer, lambda: NOW)
        yield Desk(kafka, pool, producer, Publisher("router", pool, producer, letters))
    await pool.close()

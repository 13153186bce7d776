"""Follows the events of a running system and keeps those of the conversations asked about."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from aiokafka import AIOKafkaConsumer
from segue_common.events import (
    MAIN_TOPICS,
    Event,
    EventData,
    MessageReceived,
    readable_events,
)
from segue_common.runtime.kafka import connection_options
from segue_common.runtime.settings import KafkaSettings

T = TypeVar("T")


class Watch:
    """Everything that happened since the watch began, by conversation, in order of arrival."""

    def __init__(self) -> None:
        self._events: dict[UUID, list[Event[EventData]]] = {}
        self._news = asyncio.Condition()

    async def follow(self, consumer: AIOKafkaConsumer) -> None:
        """Take events until cancelled."""
        async for record in consumer:
            for event in readable_events([record.value]):
                async with self._news:
                    self._events.setdefault(event.subject, []).append(event)
                    self._news.notify_all()

    def of(self, conversation_id: UUID) -> list[Event[EventData]]:
        return list(self._events.get(conversation_id, ()))

    async def conversation_with(self, address: str, seconds: float) -> UUID | None:
        """The conversation in which somebody wrote from this address."""

        def found() -> UUID | None:
            for conversation, events in self._events.items():
                for event in events:
                    if isinstance(event.data, MessageReceived) and address in event.data.address:
                        return conversation
            return None

        return await self.until(found, seconds)

    async def until(self, found: Callable[[], T | None], seconds: float) -> T | None:
        """What `found` finds once it finds something, or None if it doesn't in time."""
        try:
            async with asyncio.timeout(seconds), self._news:
                while (result := found()) is None:
                    await self._news.wait()
                return result
        except TimeoutError:
            return None


@asynccontextmanager
async def watching(kafka: KafkaSettings) -> AsyncIterator[Watch]:
    """A watch over every topic, from now on."""
    consumer = AIOKafkaConsumer(
        *(topic.name for topic in MAIN_TOPICS),
        **connection_options(kafka),
        group_id=None,
        auto_offset_reset="latest",
    )
    await consumer.start()
    # The end of every partition is looked up now, so that nothing after this is missed.
    for place in consumer.assignment():
        await consumer.position(place)
    watch = Watch()
    task = asyncio.create_task(watch.follow(consumer))
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await consumer.stop()

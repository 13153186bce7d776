"""The durable way in: what a provider or the widget is told is safe, is on the broker."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from segue_common.events import Event, EventData
from segue_common.runtime.problems import Problem
from segue_common.runtime.processor import TRANSIENT, Arrival, Processor, Rejected
from segue_common.runtime.producer import Outbound, Producer
from segue_common.runtime.records import headers_of
from segue_common.runtime.tracing import entering_trace

SOURCE = "/segue/ingest"
# Providers wait about fifteen seconds for an answer.
DEADLINE_SECONDS = 5.0


@contextmanager
def needed_servers() -> Iterator[None]:
    """Makes the absence of Kafka or Postgres an answer that asks to come again."""
    try:
        yield
    except TRANSIENT as error:
        raise Problem(503, "A server that is needed is away; try again.") from error


class Intake:
    """Writes root events straight to the broker."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer

    async def put(self, events: Sequence[Event[EventData]]) -> None:
        """Returns once every in-sync replica has the events, in their order per conversation.

        Raises one of `TRANSIENT` if that isn't certain in time; the same events may be put
        again, since repeats are known by their IDs.
        """
        records = [
            Outbound(
                event.topic.name,
                key=str(event.subject).encode(),
                value=event.to_json(),
                headers=headers_of(entering_trace()),
            )
            for event in events
        ]
        async with asyncio.timeout(DEADLINE_SECONDS):
            errors = filter(None, await self._producer.send_in_order(records))
        if error := next(errors, None):
            raise error


class LateProcessor:
    """The processor for events that arise here; it exists once the service has started."""

    def __init__(self) -> None:
        self._processor: Processor | None = None

    def set(self, processor: Processor) -> None:
        self._processor = processor

    async def process(self, batch: Sequence[Arrival]) -> list[Rejected]:
        """As `Processor.process`, within a time that a caller can wait."""
        if self._processor is None:
            raise ConnectionError("the service is starting")
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self._processor.process(batch)

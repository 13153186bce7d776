"""Moves a record that can't be handled to the dead-letter topic beside its own."""

import logging

from aiokafka import AIOKafkaProducer

from segue_common.runtime import metrics
from segue_common.runtime.clock import Clock
from segue_common.runtime.records import Record

log = logging.getLogger(__name__)

PREFIX = "segue-dead-"


class DeadLetters:
    """Writes the raw record, key, value and headers, with the reason in headers of its own."""

    def __init__(self, service: str, producer: AIOKafkaProducer, clock: Clock) -> None:
        self._service = service
        self._producer = producer
        self._clock = clock

    async def put(self, record: Record, reason: str) -> None:
        """Returns once the broker has the copy, so the original's offset may be committed."""
        about = {
            "reason": reason,
            "service": self._service,
            "topic": record.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "at": self._clock().isoformat(),
        }
        kept = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
        await self._producer.send_and_wait(
            f"{record.topic}.dlq",
            value=record.value,
            key=record.key,
            headers=[*kept, *((PREFIX + name, text.encode()) for name, text in about.items())],
        )
        metrics.DEAD_LETTERS.labels(self._service, record.topic).inc()
        log.error("a record became a dead letter", extra={"fields": about})

"""Moves a record that can't be handled to the dead-letter topic beside its own."""

import logging

from segue_common.runtime import metrics
from segue_common.runtime.broker_errors import REFUSED
from segue_common.runtime.clock import Clock
from segue_common.runtime.producer import Outbound, Producer
from segue_common.runtime.records import Headers, Record

log = logging.getLogger(__name__)

PREFIX = "segue-dead-"


# A reason is for reading; what a parser says of a strange record may be as long as the record.
LONGEST_REASON = 1_000
# Says which parts of the record did not fit into the letter: `headers`, or `headers, value`.
CUT = "cut"


class DeadLetters:
    """Writes the raw record, key, value and headers, with the reason in headers of its own."""

    def __init__(self, service: str, producer: Producer, clock: Clock) -> None:
        self._service = service
        self._producer = producer
        self._clock = clock

    async def put(self, record: Record, reason: str) -> None:
        """Returns once the broker has the copy, so the original's offset may be committed.

        Of a record that doesn't fit, the headers are left out, at last the value too; it can
        still be read at its own place, which the letter names, for as long as its topic keeps it.
        """
        about = {"partition": str(record.partition), "offset": str(record.offset)}
        about = self._about(record.topic, reason) | about
        kept = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
        for headers, value, cut in (
            (kept, record.value, ""), ([], record.value, "headers"), ([], None, "headers, value"),
        ):  # fmt: skip
            try:
                await self._send(record.topic, record.key, value, headers, about | _cut(cut))
            except REFUSED:
                if cut and value is None:
                    raise
            else:
                break
        self._count(record.topic, about)

    async def put_output(self, output: Outbound, reason: str) -> bool:
        """Set aside an event that the broker refuses for good; false if it refuses the letter
        too, so that whoever has the event must keep it."""
        about = self._about(output.topic, reason)
        try:
            await self._send(output.topic, output.key, output.value, output.headers, about)
        except REFUSED:
            is_kept = False
        else:
            is_kept = True
        self._count(output.topic, about)
        return is_kept

    def _about(self, topic: str, reason: str) -> dict[str, str]:
        return {
            "reason": reason[:LONGEST_REASON],
            "service": self._service,
            "topic": topic,
            "at": self._clock().isoformat(),
        }

    async def _send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        about: dict[str, str],
    ) -> None:
        own = [(PREFIX + name, text.encode()) for name, text in about.items()]
        if key is None and value is None:
            value = b""  # the client sends no record without either
        await self._producer.send_and_wait(
            f"{topic}.dlq", value=value, key=key, headers=[*headers, *own]
        )

    def _count(self, topic: str, about: dict[str, str]) -> None:
        metrics.DEAD_LETTERS.labels(self._service, topic).inc()
        log.error("a record became a dead letter", extra={"fields": about})


def _cut(parts: str) -> dict[str, str]:
    return {CUT: parts} if parts else {}

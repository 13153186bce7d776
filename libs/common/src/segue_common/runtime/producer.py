"""The producer of a process: what can't get out is told apart, and a refusal stops nobody else."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from segue_common.runtime.broker_errors import MISCONFIGURED, REFUSED, in_words
from segue_common.runtime.records import Headers

log = logging.getLogger(__name__)

# How long a trouble is told that nobody has met again: another process may have got it out.
TROUBLE_SECONDS = 60.0
# What is in flight at a renewal gets this long before whoever wants to send is sent away.
RENEWAL_SECONDS = 8.0


@dataclass(frozen=True)
class Outbound:
    """A record on its way to the broker."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class Producer:
    """An idempotent producer that outlives refusals.

    Such a producer numbers what it sends to a partition. aiokafka doesn't take the number of a
    refused batch back, so that everything after it is refused as out of order, for as long as
    the producer lives. So after a failure that isn't retried it is replaced by a new one, once
    what is in flight has ended.
    """

    def __init__(self, make: Callable[[], AIOKafkaProducer]) -> None:
        self._make = make
        self._inner = make()
        self._is_broken = False
        self._renewing = asyncio.Lock()
        self._stopping: asyncio.Future[None] | None = None
        self._trouble: dict[str, tuple[float, str]] = {}

    async def start(self) -> None:
        await self._inner.start()

    async def stop(self) -> None:
        """Returns once everything that was sent is on the broker, or has failed."""
        await self._inner.stop()

    async def __aenter__(self) -> "Producer":
        await self.start()
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.stop()

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: Headers | None = None,
        partition: int | None = None,
    ) -> asyncio.Future[object]:
        """Hand a record over; the future ends with the broker's ack or one of `KafkaError`."""
        inner = await self._healthy()
        record = Outbound(topic, key, value, headers or [])
        return await self._send(inner, record, partition)

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: Headers | None = None,
        partition: int | None = None,
    ) -> None:
        """Returns once every in-sync replica has the record."""
        await (await self.send(topic, value, key, headers, partition))

    async def send_in_order(self, records: Sequence[Outbound]) -> list[BaseException | None]:
        """Send records; says of each why it did not get out, or None.

        All go through one connection's numbering: of one topic and key, none gets out before an
        earlier one that is sent again later. A topic that isn't there is tried once.
        """
        inner = await self._healthy()
        acks: list[asyncio.Future[object] | BaseException] = []
        closed: dict[str, BaseException] = {}
        for record in records:
            try:
                ack = closed.get(record.topic) or await self._send(inner, record)
            except (KafkaError, OSError) as error:
                ack = error
                if not isinstance(error, REFUSED):
                    closed[record.topic] = error
            acks.append(ack)
        pending = [ack for ack in acks if isinstance(ack, asyncio.Future)]
        await asyncio.gather(*pending, return_exceptions=True)
        return [ack.exception() if isinstance(ack, asyncio.Future) else ack for ack in acks]

    async def answers(self) -> None:
        """Raises where no broker answers."""
        await (await self._healthy()).client.force_metadata_update()

    def trouble(self) -> str | None:
        """What an operator must do before everything can be sent, in words."""
        since = time.monotonic() - TROUBLE_SECONDS
        return "; ".join(words for at, words in self._trouble.values() if at > since) or None

    async def _send(
        self, inner: AIOKafkaProducer, record: Outbound, partition: int | None = None
    ) -> asyncio.Future[object]:
        try:
            ack: asyncio.Future[object] = await inner.send(
                record.topic,
                value=record.value,
                key=record.key,
                headers=record.headers,
                partition=partition,
            )
        except KafkaError as error:
            self._note_trouble(record.topic, error)
            # Refusals from here have taken no number; what else comes from here ended it.
            if not isinstance(error, (*REFUSED, *MISCONFIGURED)):
                self._note_broken(inner, error)
            raise
        ack.add_done_callback(partial(self._note, inner, record.topic))
        return ack

    def _note(self, inner: AIOKafkaProducer, topic: str, ack: asyncio.Future[object]) -> None:
        error = None if ack.cancelled() else ack.exception()
        if error is None:
            self._trouble.pop(topic, None)
            return
        self._note_trouble(topic, error)
        self._note_broken(inner, error)

    def _note_trouble(self, topic: str, error: BaseException) -> None:
        if isinstance(error, MISCONFIGURED):
            self._trouble[topic] = (time.monotonic(), in_words(topic, error))

    def _note_broken(self, inner: AIOKafkaProducer, error: BaseException) -> None:
        retried = isinstance(error, KafkaError) and error.retriable
        if inner is self._inner and not retried:
            self._is_broken = True

    async def _healthy(self) -> AIOKafkaProducer:
        if self._is_broken:
            async with self._renewing:
                if self._is_broken:
                    await self._renew()
        return self._inner

    async def _renew(self) -> None:
        log.warning("the producer is replaced after a refusal")
        # Kept over tries: a second call of `stop` would return before the first has ended.
        self._stopping = self._stopping or asyncio.ensure_future(self._inner.stop())
        async with asyncio.timeout(RENEWAL_SECONDS):
            with suppress(KafkaError):
                await asyncio.shield(self._stopping)
        inner = self._make()
        try:
            await inner.start()
        except BaseException:
            await inner.stop()
            raise
        self._inner, self._is_broken, self._stopping = inner, False, None

"""Events that wait for the database without anybody on the phone waiting for it."""

import asyncio
import logging
from dataclasses import dataclass, field
from uuid import UUID

from segue_common.events import Event, EventData
from segue_common.runtime.problems import Problem
from segue_common.runtime.processor import TRANSIENT, Arrival, Processor

log = logging.getLogger(__name__)

# A batch is folded in one go, and nobody on the phone should notice.
BATCH = 20
FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 5.0
# A webhook's sender waits no longer than this.
THROUGH_SECONDS = 8.0


class Rejected(Exception):
    """An event could not be handled after all tries."""


@dataclass
class _Item:
    event: Event[EventData]
    written: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class WriteBehind:
    """One queue for the process: everything is handled in the order in which it was put."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        self._processor: Processor | None = None
        self._ready = asyncio.Event()
        self._in_hand: list[_Item] = []

    def use(self, processor: Processor) -> None:
        self._processor = processor
        self._ready.set()

    def put(self, event: Event[EventData]) -> "asyncio.Future[None]":
        """Take an event; the future is done once it is handled, failed with `Rejected`."""
        item = _Item(event)
        # Nobody need look at the result.
        item.written.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._queue.put_nowait(item)
        return item.written

    async def put_through(self, event: Event[EventData]) -> None:
        """Return once the event is handled, behind all that was put before it; raises `Problem`
        503 where that takes too long, and 500 where it can't be handled."""
        try:
            async with asyncio.timeout(THROUGH_SECONDS):
                await asyncio.shield(self.put(event))
        except TimeoutError as error:
            raise Problem(503, "This can't be recorded now.") from error
        except Rejected as error:
            raise Problem(500, "This can't be recorded.") from error

    async def run(self) -> None:
        """Write until cancelled."""
        await self._ready.wait()
        while True:
            self._in_hand = await self._next()
            await self._write(self._in_hand)
            self._in_hand = []

    async def drain(self) -> None:
        """Write what is left at the end of the process; what was in hand then may be written
        twice, which is the same as once."""
        await self._write(self._in_hand)
        while not self._queue.empty():
            await self._write(await self._next())

    async def _next(self) -> list[_Item]:
        batch = [await self._queue.get()]
        while not self._queue.empty() and len(batch) < BATCH:
            batch.append(self._queue.get_nowait())
        return batch

    async def _write(self, batch: list[_Item]) -> None:
        wait = FIRST_WAIT_SECONDS
        while batch and self._processor is not None:
            try:
                rejected = await self._processor.process([Arrival(item.event) for item in batch])
            except TRANSIENT as error:
                log.warning("what was said can't be written now", exc_info=error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                self._settle(batch, {bad.event.id: bad.reason for bad in rejected})
                return

    def _settle(self, batch: list[_Item], reasons: dict[UUID, str]) -> None:
        for item in batch:
            reason = reasons.get(item.event.id)
            if item.written.done():
                continue
            if reason is None:
                item.written.set_result(None)
            else:
                log.error("an event of a call was given up", extra=_about(item.event, reason))
                item.written.set_exception(Rejected(reason))


def _about(event: Event[EventData], reason: str) -> dict[str, object]:
    return {"fields": {"event_type": event.type, "reason": reason}}

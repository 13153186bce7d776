"""Handles a batch of events in one transaction: inbox, state, outbox and jobs together."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
import redis.exceptions
from aiokafka.errors import KafkaError
from psycopg_pool import PoolTimeout

from segue_common.events import Event, EventData
from segue_common.runtime import inbox, jobs, metrics, outbox
from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Connection, Pool
from segue_common.runtime.jobs import Job
from segue_common.runtime.transaction import Transaction

log = logging.getLogger(__name__)

# A server is away or busy: the same work succeeds later.
TRANSIENT = (
    psycopg.OperationalError, PoolTimeout, KafkaError, redis.exceptions.ConnectionError, OSError,
    TimeoutError,
    # A primary that was just demoted: the connection is there, but nothing can be written.
    psycopg.errors.ReadOnlySqlTransaction,
)  # fmt: skip
# What fails by itself is tried so often in all before it becomes a dead letter.
TRIES = 3
TRY_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Arrival:
    """An event with the trace that it arrived under."""

    event: Event[EventData]
    traceparent: str | None = None


@dataclass(frozen=True)
class Rejected:
    """An event that could not be handled after all tries, and why."""

    event: Event[EventData]
    reason: str


Handler = Callable[[Transaction, Sequence[Event[EventData]]], Awaitable[None]]


class Processor:
    """The one way by which anything changes a service's state.

    A batch shares one transaction and one round of publishing. If the batch fails by itself,
    its events are handled one by one, so that a bad one is set aside and its neighbours go on.
    """

    def __init__(
        self, service: str, pool: Pool, publisher: outbox.Publisher, handler: Handler, clock: Clock
    ) -> None:
        self.service = service
        self._source = f"/segue/{service}"
        self._pool = pool
        self._publisher = publisher
        self._handler = handler
        self._clock = clock
        self.jobs_written = asyncio.Event()

    async def process(self, batch: Sequence[Arrival]) -> list[Rejected]:
        """Handle events in their order and get their outputs out.

        Raises one of `TRANSIENT` when a server is away; calling again is always safe.
        """
        if not batch:
            return []
        started = time.perf_counter()
        rejected = await self._handle(batch)
        await self._publisher.flush({item.event.subject for item in batch})
        metrics.BATCH_SECONDS.labels(self.service).observe(time.perf_counter() - started)
        return rejected

    async def finish(self, done: Sequence[tuple[Job, Sequence[EventData]]]) -> list[Rejected]:
        """Record the results of jobs the way events are handled, and remove the jobs."""
        batch = [
            Arrival(
                job.result(data, source=self._source, now=self._clock(), index=index),
                job.traceparent,
            )
            for job, results in done
            for index, data in enumerate(results)
        ]
        finished = [job for job, _ in done]
        rejected = await self._handle(batch, finished)
        if batch:
            await self._publisher.flush({item.event.subject for item in batch})
        return rejected

    async def _handle(self, batch: Sequence[Arrival], done: Sequence[Job] = ()) -> list[Rejected]:
        try:
            await self._transact(batch, done)
        except TRANSIENT:
            raise
        except Exception as error:
            log.warning("a batch failed and is taken one by one", exc_info=error)
        else:
            return []
        rejected = [bad for item in batch if (bad := await self._handle_alone(item))]
        if done:
            await self._transact((), done)
        return rejected

    async def _handle_alone(self, item: Arrival) -> Rejected | None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._transact((item,))
            except TRANSIENT:
                raise
            except Exception as error:
                log.warning("an event failed", exc_info=error, extra=_about(item.event))
                if attempt == TRIES:
                    return Rejected(item.event, type(error).__name__)
                await asyncio.sleep(TRY_AGAIN_SECONDS * 2**attempt)
            else:
                break
        return None

    async def _transact(self, batch: Sequence[Arrival], done: Sequence[Job] = ()) -> None:
        """One transaction. Nothing of it stands if anything in it fails."""
        async with self._pool.connection() as conn:
            await _lock(conn, self.service, {item.event.subject for item in batch})
            fresh = await self._fresh(conn, batch)
            work = Transaction(
                conn, self._clock(), self._source, {i.event.id: i.traceparent for i in batch}
            )
            if fresh:
                await self._handler(work, fresh)
            await jobs.cancel(conn, work.cancelled_jobs)
            await jobs.store(conn, work.jobs)
            await outbox.store(conn, work.outgoing)
            if done:
                await jobs.finish(conn, done)
        reached(self.service, "after_commit")
        self._count(fresh, len(batch))
        if work.jobs or done:
            self.jobs_written.set()
        for action in work.after_commit:
            try:
                await action()
            except Exception as error:
                # The transaction stands: failing now would only have it done again.
                log.warning("what follows a commit failed", exc_info=error)

    async def _fresh(self, conn: Connection, batch: Sequence[Arrival]) -> list[Event[EventData]]:
        """The events of the batch that were not handled before, each once."""
        by_id: Mapping[UUID, Event[EventData]] = {i.event.id: i.event for i in reversed(batch)}
        new = await inbox.claim(conn, by_id)
        seen: set[UUID] = set()
        fresh = []
        for item in batch:
            if item.event.id in new and item.event.id not in seen:
                seen.add(item.event.id)
                fresh.append(item.event)
        return fresh

    def _count(self, fresh: Sequence[Event[EventData]], taken: int) -> None:
        for event in fresh:
            metrics.EVENTS_HANDLED.labels(self.service, event.type).inc()
        if repeated := taken - len(fresh):
            metrics.EVENTS_REPEATED.labels(self.service).inc(repeated)


async def _lock(conn: Connection, service: str, conversation_ids: Collection[UUID]) -> None:
    """One transaction at a time for each conversation of a service, in a fixed order."""
    if conversation_ids:
        await conn.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT "
            "hashtextextended(%s || id::text, 0) AS key FROM unnest(%s::uuid[]) AS id "
            "ORDER BY key) AS ordered",
            (service, sorted(conversation_ids)),
        )


def _about(event: Event[EventData]) -> dict[str, object]:
    return {"fields": {"event_type": event.type, "conversation_id": str(event.subject)}}

"""Handles a batch of events in one transaction: inbox, state, outbox and jobs together."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from aiokafka.errors import KafkaError
from psycopg_pool import PoolTimeout

from segue_common.events import Event, EventData
from segue_common.runtime import inbox, jobs, metrics, outbox, tracing
from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Connection, Pool, single_statements
from segue_common.runtime.gathering import Gathering
from segue_common.runtime.jobs import Job
from segue_common.runtime.transaction import Transaction

log = logging.getLogger(__name__)

# A server is away or busy: the same work succeeds later.
TRANSIENT = (
    psycopg.OperationalError, PoolTimeout, KafkaError, ConnectionError, TimeoutError,
    # A primary that was just demoted: the connection is there, but nothing can be written.
    psycopg.errors.ReadOnlySqlTransaction,
    # This process stood still inside a transaction for so long that the database let go of it.
    psycopg.errors.IdleInTransactionSessionTimeout,
)  # fmt: skip
# More than the database can do for anybody, such as a value too long for an index: it counts as
# an `OperationalError`, but the same work fails again.
BEYOND_LIMITS = (
    psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex,
    psycopg.errors.TooManyColumns, psycopg.errors.TooManyArguments,
)  # fmt: skip
# What fails by itself is tried so often in all before it becomes a dead letter.
TRIES = 3
# Locks are held until all that share a transaction are handled.
MOST_TOGETHER = 500
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


@dataclass(frozen=True)
class _Unit:
    """What stands or falls together: one event, or the results of one job."""

    arrivals: tuple[Arrival, ...]
    job: Job | None = None


@dataclass(frozen=True)
class _Outcome:
    """Why a unit failed, if it did, and the publishing of what its round brought, if anything."""

    failure: str | None
    published: asyncio.Task[object] | None


Handler = Callable[[Transaction, Sequence[Event[EventData]]], Awaitable[None]]


class Processor:
    """The one way by which anything changes a service's state.

    What is asked for while a transaction is under way, by whichever consumer, worker or request,
    shares the next one, and its publishing. If a transaction fails by itself, its events are
    handled one by one, so that a bad one is set aside and its neighbours go on.
    """

    def __init__(
        self, service: str, pool: Pool, publisher: outbox.Publisher, handler: Handler, clock: Clock
    ) -> None:
        self.service = service
        self._source = f"/segue/{service}"
        self._pool = pool
        self._handler = handler
        self._clock = clock
        self._handling = Gathering(self._handle, MOST_TOGETHER)
        self._publishing = Gathering(publisher.flush_each, MOST_TOGETHER)
        self._under_way: set[asyncio.Task[object]] = set()
        self.jobs_written = asyncio.Event()

    async def process(self, batch: Sequence[Arrival]) -> list[Rejected]:
        """Handle events in their order and get their outputs out.

        Raises one of `TRANSIENT` when a server is away; calling again is always safe.
        """
        if not batch:
            return []
        started = time.perf_counter()
        current = tracing.current()
        units = [_Unit((Arrival(i.event, i.traceparent or current),)) for i in batch]
        failed = await self._handle_and_publish(units)
        metrics.BATCH_SECONDS.labels(self.service).observe(time.perf_counter() - started)
        return [Rejected(item.event, why) for unit, why in failed for item in unit.arrivals]

    async def finish(self, done: Sequence[tuple[Job, Sequence[EventData]]]) -> None:
        """Record the results of jobs the way events are handled, and remove the jobs.

        A result that can't be handled leaves its job in the table, marked dead with the reason.
        """
        units = [_Unit(self._results(job, results), job) for job, results in done]
        for unit, reason in await self._handle_and_publish(units):
            if unit.job:
                await self.bury(unit.job, reason)

    async def bury(self, job: Job, reason: str) -> None:
        """Set a job aside for good: kept, counted, and out of its lane's way."""
        async with self._pool.connection() as conn:
            await jobs.bury(conn, job, reason)
        metrics.JOBS_DEAD.labels(self.service, job.kind).inc()
        about = {"kind": job.kind, "reason": reason, "conversation_id": str(job.conversation_id)}
        log.error("a job is given up", extra={"fields": about})

    def _results(self, job: Job, results: Sequence[EventData]) -> tuple[Arrival, ...]:
        now = self._clock()
        events = (
            job.result(data, source=self._source, now=now, index=index)
            for index, data in enumerate(results)
        )
        return tuple(Arrival(event, job.traceparent) for event in events)

    async def drain(self) -> None:
        """Let what is being published get out, or fail."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _handle_and_publish(self, units: Sequence[_Unit]) -> list[tuple[_Unit, str]]:
        """Returns the units that failed, and why, once the outputs of all are out."""
        outcomes = await self._handling.ask(units)
        for published in {outcome.published for outcome in outcomes if outcome.published}:
            await asyncio.shield(published)
        pairs = zip(units, outcomes, strict=True)
        return [(unit, outcome.failure) for unit, outcome in pairs if outcome.failure]

    async def _handle(self, units: Sequence[_Unit]) -> list[_Outcome]:
        """Handle units together, or else one by one."""
        failures: dict[int, str] = {}
        try:
            waiting = await self._transact(units)
        except Exception as error:
            if _passes(error):
                raise
            log.warning("a batch failed and is taken one by one", exc_info=error)
            waiting = frozenset()
            for number, unit in enumerate(units):
                failure, left = await self._handle_alone(unit)
                waiting |= left
                if failure:
                    failures[number] = failure
        published = self._publish(waiting) if waiting else None
        return [_Outcome(failures.get(number), published) for number in range(len(units))]

    def _publish(self, waiting: frozenset[UUID]) -> asyncio.Task[object]:
        """What is committed gets out, even if those who brought it have given up since."""
        task: asyncio.Task[object] = asyncio.create_task(self._publishing.ask(tuple(waiting)))
        self._under_way.add(task)
        task.add_done_callback(self._got_out)
        return task

    def _got_out(self, task: asyncio.Task[object]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.info("outputs wait to be sent again", exc_info=error)

    async def _handle_alone(self, unit: _Unit) -> tuple[str | None, frozenset[UUID]]:
        """Why it failed, if it did, and the conversations that may have outputs now."""
        for attempt in range(1, TRIES + 1):
            try:
                return None, await self._transact((unit,))
            except Exception as error:
                if _passes(error):
                    raise
                about = [_about(item.event) for item in unit.arrivals]
                log.warning("an event failed", exc_info=error, extra={"fields": {"events": about}})
                reason = type(error).__name__
            if attempt < TRIES:
                await asyncio.sleep(TRY_AGAIN_SECONDS * 2**attempt)
        return reason, frozenset(item.event.subject for item in unit.arrivals)

    async def _transact(self, units: Sequence[_Unit]) -> frozenset[UUID]:
        """One transaction; nothing of it stands if anything in it fails. Returns the
        conversations that may have outputs now."""
        async with single_statements(self._pool) as conn:
            batch, fresh = await self._begin(conn, units)
            arrived = [(item.event, item.traceparent) for item in batch]
            new = {event.id for event in fresh}
            with tracing.handling(self.service, arrived, new) as traceparents:
                work = Transaction(conn, self._clock(), self._source, traceparents)
                if fresh:
                    await self._handler(work, fresh)
                await _commit(work)
        reached(self.service, "after_commit")
        self._count(fresh, len(batch))
        if work.jobs or any(unit.job for unit in units):
            self.jobs_written.set()
        for action in work.after_commit:
            try:
                await action()
            except Exception as error:
                # The transaction stands: failing now would only have it done again.
                log.warning("what follows a commit failed", exc_info=error)
        # A repeat has no outputs now, but what it had brought earlier may still wait.
        repeated = {i.event.subject for u in units for i in u.arrivals if i.event.id not in new}
        return frozenset(repeated | {item.event.subject for item in work.outgoing})

    async def _begin(
        self, conn: Connection, units: Sequence[_Unit]
    ) -> tuple[list[Arrival], list[Event[EventData]]]:
        """Begin the transaction; returns what arrived, and of it, once each, what is new.

        A job's results count only for whoever removes the job: two workers may have done it, one
        after the other's lease ran out.
        """
        done = [unit.job for unit in units if unit.job]
        async with conn.pipeline():
            await conn.execute("BEGIN")
            await _lock(conn, self.service, {i.event.subject for u in units for i in u.arrivals})
            removed = await jobs.finish(conn, done) if done else set()
            wanted = [unit for unit in units if unit.job is None or unit.job.id in removed]
            batch = [item for unit in wanted for item in unit.arrivals]
            by_id: dict[UUID, Event[EventData]] = {}
            for item in batch:
                by_id.setdefault(item.event.id, item.event)
            claiming = await inbox.claim(conn, by_id) if by_id else None
        new = await inbox.claimed(claiming) if claiming else set()
        return batch, [event for event_id, event in by_id.items() if event_id in new]

    def _count(self, fresh: Sequence[Event[EventData]], taken: int) -> None:
        for event in fresh:
            metrics.EVENTS_HANDLED.labels(self.service, event.type).inc()
        if repeated := taken - len(fresh):
            metrics.EVENTS_REPEATED.labels(self.service).inc(repeated)


async def _commit(work: Transaction) -> None:
    """Write everything that a transaction collected and commit it, in one round trip."""
    async with work.conn.pipeline():
        await work.execute_writes()
        await jobs.cancel(work.conn, work.cancelled_jobs)
        await jobs.store(work.conn, work.jobs, work.now)
        await outbox.store(work.conn, work.outgoing)
        await work.conn.execute("COMMIT")


async def _lock(conn: Connection, service: str, conversation_ids: Collection[UUID]) -> None:
    """One transaction at a time for each conversation of a service, in a fixed order."""
    if conversation_ids:
        await conn.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT "
            "hashtextextended(%s || id::text, 0) AS key FROM unnest(%b::uuid[]) AS id "
            "ORDER BY key) AS ordered",
            (service, sorted(conversation_ids)),
        )


def _passes(error: Exception) -> bool:
    """Whether the same work may succeed later, as it is."""
    return isinstance(error, TRANSIENT) and not isinstance(error, BEYOND_LIMITS)


def _about(event: Event[EventData]) -> dict[str, str]:
    return {"type": event.type, "conversation_id": str(event.subject)}

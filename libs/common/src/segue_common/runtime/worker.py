"""Leases jobs that are due, does them side by side, and records what came of them."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from segue_common.events import EventData
from segue_common.runtime import jobs, metrics, tracing
from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Pool, single_statements
from segue_common.runtime.jobs import Done, Job, JobRunner, Outcome, Unknown
from segue_common.runtime.processor import TRANSIENT, Processor
from segue_common.runtime.slots import Slots

log = logging.getLogger(__name__)

# A process is woken by its own commits; what another one left behind is found this soon.
LOOK_SECONDS = 1.0
BACKOFF_SECONDS = 1.0
# A runner that raises has a fault of its own: about ten minutes of tries, then a person looks.
MOST_FAILURES = 12


class _Failed(Unknown):
    """The runner raised, so what it did outside is unknown."""


class Worker:
    """One per process: up to `slots` jobs at once, shared fairly among their holders; results are
    recorded in batches."""

    def __init__(
        self,
        processor: Processor,
        pool: Pool,
        runners: Mapping[str, JobRunner],
        clock: Clock,
        *,
        slots: int,
        lease_seconds: float,
    ) -> None:
        self._processor = processor
        self._pool = pool
        self._runners = runners
        self._clock = clock
        self._at_once = slots
        self._slots = Slots(slots)
        self._lease_seconds = lease_seconds
        self._running: set[asyncio.Task[None]] = set()
        self._done: asyncio.Queue[tuple[Job, tuple[EventData, ...]]] = asyncio.Queue()
        self.last_look = time.monotonic()

    async def run(self) -> None:
        """Work until cancelled; what was in hand then is taken up again by its lease."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lease_forever())
            tasks.create_task(self._record_forever())

    async def drain(self) -> None:
        """Let the jobs in hand end and record them."""
        if self._running:
            await asyncio.wait(self._running)
        while not self._done.empty():
            await self._record(self._take_done())

    async def _lease_forever(self) -> None:
        while True:
            self._processor.jobs_written.clear()
            try:
                wait = await self._lease()
            except TRANSIENT as error:
                log.warning("jobs can't be leased now", exc_info=error)
                wait = BACKOFF_SECONDS
            self.last_look = time.monotonic()
            if wait > 0:
                try:
                    await asyncio.wait_for(self._processor.jobs_written.wait(), wait)
                except TimeoutError:
                    continue

    async def _lease(self) -> float:
        """Start what is due; returns how long to wait before the next look, in seconds."""
        room, full = self._slots.room(), self._slots.full()
        if not room:
            return LOOK_SECONDS
        async with single_statements(self._pool) as conn:
            taken = await jobs.lease(conn, room, self._lease_seconds, without=full)
            next_in = None
            if not taken:
                next_in = await jobs.seconds_to_next(conn, LOOK_SECONDS, without=full)
        for job in taken:
            self._slots.take(job.holder)
            task = asyncio.create_task(self._do(job))
            self._running.add(task)
            task.add_done_callback(partial(self._ended, job.holder))
        if taken:
            return 0.0
        return LOOK_SECONDS if next_in is None else min(max(next_in, 0.005), LOOK_SECONDS)

    def _ended(self, holder: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.leave(holder)

    async def _do(self, job: Job) -> None:
        reached(self._processor.service, "after_claim")
        started = time.perf_counter()
        service = self._processor.service
        with tracing.step(
            f"job {job.kind}", parent=job.traceparent, attributes=_traced(service, job)
        ) as run:
            outcome = await self._try(job)
            run.attributes["segue.outcome"] = type(outcome).__name__.lower()
        metrics.JOB_SECONDS.labels(service, job.kind).observe(time.perf_counter() - started)
        metrics.JOBS_DONE.labels(service, job.kind, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Done):
            traced = replace(job, traceparent=run.traceparent)
            self._done.put_nowait((traced, outcome.events))
            return
        try:
            if isinstance(outcome, _Failed) and job.attempt >= MOST_FAILURES:
                await self._processor.bury(job, outcome.reason)
            else:
                log.info("a job is tried again", extra={"fields": _about(job, outcome.reason)})
                async with self._pool.connection() as conn:
                    await jobs.put_back(conn, job, outcome, self._clock())
        except TRANSIENT as error:
            # The lease runs out by itself, and the outcome counts as unknown then.
            log.warning("a job can't be put back", exc_info=error)
        self._processor.jobs_written.set()

    async def _try(self, job: Job) -> Outcome:
        try:
            async with asyncio.timeout(self._lease_seconds * jobs.TRY_SHARE_OF_LEASE):
                return await self._runners[job.kind](job)
        except Exception as error:
            log.warning("a job failed", exc_info=error, extra={"fields": _about(job, "")})
            wait = timedelta(seconds=BACKOFF_SECONDS * 2 ** min(job.attempt, 6))
            return _Failed(self._clock() + wait, type(error).__name__)

    def _take_done(self) -> list[tuple[Job, tuple[EventData, ...]]]:
        taken: list[tuple[Job, tuple[EventData, ...]]] = []
        while not self._done.empty() and len(taken) < self._at_once * 4:
            taken.append(self._done.get_nowait())
        return taken

    async def _record_forever(self) -> None:
        while True:
            done = [await self._done.get(), *self._take_done()]
            try:
                await self._record(done)
            except asyncio.CancelledError:
                # Recording it again is always safe; not doing so would leave it to its lease.
                for one in done:
                    self._done.put_nowait(one)
                raise

    async def _record(self, done: list[tuple[Job, tuple[EventData, ...]]]) -> None:
        wait = BACKOFF_SECONDS / 8
        while True:
            try:
                await self._processor.finish(done)
            except TRANSIENT as error:
                log.warning("results can't be recorded now", exc_info=error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, BACKOFF_SECONDS * 5)
            else:
                self._processor.jobs_written.set()
                return


def _traced(service: str, job: Job) -> tracing.Attributes:
    return {
        "segue.service": service, "segue.conversation_id": str(job.conversation_id),
        "segue.tenant": job.tenant, "segue.attempt": job.attempt,
        "segue.interrupted": job.interrupted,
    }  # fmt: skip


def _about(job: Job, reason: str) -> dict[str, object]:
    return {
        "kind": job.kind, "attempt": job.attempt, "reason": reason,
        "conversation_id": str(job.conversation_id),
    }  # fmt: skip

"""What one transaction collects: events to publish, jobs to do, and what to do once it stands."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString, TypeVar
from uuid import UUID

from psycopg.sql import Composed

from segue_common.decisions import Decision, NewJob
from segue_common.events import Event, EventData, caused_event
from segue_common.runtime.database import Connection

S = TypeVar("S")
Query = LiteralString | Composed


@dataclass(frozen=True)
class Outgoing:
    """An event on its way into the outbox."""

    event: Event[EventData]
    traceparent: str | None


@dataclass(frozen=True)
class ScheduledJob:
    """A job on its way into the table, with the event that caused it."""

    job: NewJob
    cause: Event[EventData]
    traceparent: str | None


@dataclass
class Transaction:
    """One database transaction; `conn` is inside it, `now` is its time, and `traceparents` are
    for what an event brings."""

    conn: Connection
    now: datetime
    source: str
    traceparents: Mapping[UUID, str | None]
    outgoing: list[Outgoing] = field(default_factory=list)
    jobs: list[ScheduledJob] = field(default_factory=list)
    cancelled_jobs: list[tuple[str, str]] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    _writes: list[tuple[Query, Sequence[object]]] = field(default_factory=list)
    _counts: Counter[tuple[UUID, str]] = field(default_factory=Counter)

    def emit(self, data: EventData, cause: Event[EventData]) -> UUID:
        """Publish `data` as a consequence of `cause`; returns the event's ID.

        The n-th event of a type that one cause brings has the ID `derived_id(cause, type, n)`.
        """
        index = self._counts[cause.id, data.TYPE]
        self._counts[cause.id, data.TYPE] += 1
        event = caused_event(data, cause, source=self.source, time=self.now, index=index)
        self._put(event, cause)
        return event.id

    def publish(self, event: Event[EventData]) -> None:
        """Publish an event that has its identity already, such as a job's result."""
        self._put(event, event)

    def schedule(self, job: NewJob, cause: Event[EventData]) -> None:
        """Have a worker do `job` once this transaction stands."""
        self.jobs.append(ScheduledJob(job, cause, self.traceparents.get(cause.id)))

    def record(self, decision: Decision[S], cause: Event[EventData]) -> None:
        """Take over everything that a decision brings, but for its state.

        What it cancels may be a job that an earlier event of this batch brought.
        """
        for data in decision.events:
            self.emit(data, cause)
        gone = set(decision.cancelled_jobs)
        self.jobs = [one for one in self.jobs if (one.job.kind, one.job.key) not in gone]
        for job in decision.jobs:
            self.schedule(job, cause)
        self.cancelled_jobs.extend(decision.cancelled_jobs)

    def write(self, query: Query, parameters: Sequence[object]) -> None:
        """Have a statement executed together with the commit, in the order of these calls.

        It costs no round trip of its own. Whoever reads what it writes before the commit calls
        `send_writes` first.
        """
        self._writes.append((query, parameters))

    async def send_writes(self) -> None:
        """Execute what waits for the commit now, in one round trip."""
        if self._writes:
            async with self.conn.pipeline():
                await self.execute_writes()

    async def execute_writes(self) -> None:
        """The same in the caller's pipeline."""
        for query, parameters in self._writes:
            await self.conn.execute(query, parameters)
        self._writes.clear()

    def _put(self, event: Event[EventData], cause: Event[EventData]) -> None:
        self.outgoing.append(Outgoing(event, self.traceparents.get(cause.id)))

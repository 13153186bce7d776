"""What one transaction collects: events to publish, jobs to do, and what to do once it stands."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from segue_common.decisions import Decision, NewJob
from segue_common.events import Event, EventData, caused_event
from segue_common.runtime.database import Connection
from segue_common.runtime.tracing import child_of

S = TypeVar("S")


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
    """One database transaction; `conn` is inside it, `now` is its time."""

    conn: Connection
    now: datetime
    source: str
    traceparents: Mapping[UUID, str | None]
    outgoing: list[Outgoing] = field(default_factory=list)
    jobs: list[ScheduledJob] = field(default_factory=list)
    cancelled_jobs: list[tuple[str, str]] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
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
        """Take over everything that a decision brings, but for its state."""
        for data in decision.events:
            self.emit(data, cause)
        for job in decision.jobs:
            self.schedule(job, cause)
        self.cancelled_jobs.extend(decision.cancelled_jobs)

    def _put(self, event: Event[EventData], cause: Event[EventData]) -> None:
        self.outgoing.append(Outgoing(event, child_of(self.traceparents.get(cause.id))))

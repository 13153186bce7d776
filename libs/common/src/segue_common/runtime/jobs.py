"""Slow or outside work and timers: rows that workers lease, do outside any transaction, and
whose result takes the same way as an event."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.events import Event, EventData, derived_id
from segue_common.events.envelope import parse_data, root_event
from segue_common.runtime.database import Connection
from segue_common.runtime.transaction import ScheduledJob

# A try gives up before its lease runs out, so that no two workers do one job at once.
TRY_SHARE_OF_LEASE = 0.75
# Due times are compared with one moment, as `now()` and a SELECT are and `clock_timestamp()` isn't:
# so an index is searched for it, and jobs for later aren't read.
COUNT = """
    SELECT (SELECT count(*) FROM jobs WHERE due_at <= now() AND dead_because IS NULL),
           (SELECT count(*) FROM jobs WHERE dead_because IS NOT NULL)
"""
LEASE = """
    WITH due AS (
        SELECT seq, outcome_unknown FROM jobs AS job
         WHERE due_at <= (SELECT clock_timestamp()) AND dead_because IS NULL
           AND coalesce(holder, tenant) <> ALL(%s::text[])
           AND (leased_until IS NULL OR leased_until < clock_timestamp())
           AND NOT EXISTS (SELECT 1 FROM jobs AS earlier
                            WHERE earlier.lane = job.lane AND earlier.seq < job.seq
                              AND earlier.dead_because IS NULL)
         ORDER BY due_at, seq LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE jobs SET lease = %s, outcome_unknown = true, attempts = attempts + 1,
           leased_until = clock_timestamp() + make_interval(secs => %s)
      FROM due WHERE jobs.seq = due.seq
    RETURNING jobs.seq, jobs.id, kind, key, payload, payload_type, attempts,
              due.outcome_unknown, lease, tenant, conversation_id, cause, traceparent,
              coalesce(holder, tenant)
"""


@dataclass(frozen=True)
class Job:
    """A leased job. `attempt` counts from 1; where `interrupted`, an earlier try ended without
    its outcome being recorded, so the outside must be asked before anything is done again."""

    seq: int
    id: UUID
    kind: str
    key: str
    payload: bytes
    payload_type: str
    attempt: int
    interrupted: bool
    lease: UUID
    tenant: str
    conversation_id: UUID
    cause: UUID
    traceparent: str | None
    holder: str

    def result(
        self, data: EventData, *, source: str, now: datetime, index: int = 0
    ) -> Event[EventData]:
        """The event that tells the service what came of this job; its ID depends on the job
        alone, so that a job done twice after a crash has one result."""
        event = root_event(
            data,
            id=derived_id(self.id, data.TYPE, index),
            source=source,
            tenant=self.tenant,
            conversation_id=self.conversation_id,
            time=now,
        )
        return event.model_copy(update={"causationid": self.cause})


@dataclass(frozen=True)
class Done:
    """The job is finished; `events` go to the service's own handler."""

    events: tuple[EventData, ...] = ()


@dataclass(frozen=True)
class Retry:
    """Nothing happened outside (or it may safely happen again): try again at `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may have happened: try again at `at`, asking the outside first."""

    at: datetime
    reason: str


Outcome = Done | Retry | Unknown
JobRunner = Callable[[Job], Awaitable[Outcome]]


async def store(conn: Connection, jobs: Sequence[ScheduledJob], now: datetime) -> None:
    """Write jobs, in order; one of the same kind and key is replaced.

    `now` is the time from which their due times were reckoned. What counts is how long after it
    they are due, so that a process whose clock is wrong sets its timers right.
    """
    if not jobs:
        return
    # One statement can't touch a row twice: of several with the same key the last one counts.
    last = {(item.job.kind, item.job.key): item for item in jobs}
    rows = list(last.values())
    await conn.execute(
        """
        INSERT INTO jobs (id, kind, key, lane, payload, payload_type, tenant, conversation_id,
                          cause, traceparent, holder, due_at)
        SELECT id, kind, key, lane, payload, payload_type, tenant, conversation_id,
               cause, traceparent, holder, coalesce(due_at + (clock_timestamp() - %s), now())
          FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::bytea[], %b::text[],
                      %b::text[], %b::uuid[], %b::uuid[], %b::text[], %b::text[],
                      %s::timestamptz[])
               WITH ORDINALITY
            AS new(id, kind, key, lane, payload, payload_type, tenant, conversation_id,
                   cause, traceparent, holder, due_at, place)
         ORDER BY place
        ON CONFLICT (kind, key) DO UPDATE
           SET id = excluded.id, lane = excluded.lane, payload = excluded.payload,
               payload_type = excluded.payload_type, tenant = excluded.tenant,
               conversation_id = excluded.conversation_id, due_at = excluded.due_at,
               cause = excluded.cause, traceparent = excluded.traceparent,
               holder = excluded.holder,
               attempts = 0, outcome_unknown = false, lease = NULL, leased_until = NULL,
               dead_because = NULL
        """,
        (
            now,
            [derived_id(item.cause.id, item.job.kind, item.job.key) for item in rows],
            [item.job.kind for item in rows],
            [item.job.key for item in rows],
            [item.job.lane for item in rows],
            [item.job.payload.model_dump_json().encode() for item in rows],
            [getattr(item.job.payload, "TYPE", "") for item in rows],
            [item.cause.tenant for item in rows],
            [item.cause.subject for item in rows],
            [item.cause.id for item in rows],
            [item.traceparent for item in rows],
            [item.job.holder for item in rows],
            [item.job.due_at for item in rows],
        ),
    )


async def cancel(conn: Connection, keys: Sequence[tuple[str, str]]) -> None:
    """Remove jobs that are no longer wanted, unless a worker has one in hand."""
    if keys:
        await conn.execute(
            "DELETE FROM jobs USING unnest(%s::text[], %s::text[]) AS gone(kind, key) "
            "WHERE jobs.kind = gone.kind AND jobs.key = gone.key AND NOT jobs.outcome_unknown",
            ([kind for kind, _ in keys], [key for _, key in keys]),
        )


async def lease(
    conn: Connection, limit: int, seconds: float, *, without: Sequence[str] = ()
) -> list[Job]:
    """Take up to `limit` jobs that are due, for so long; of each lane only the first, and none of
    the holders `without`."""
    token = uuid.uuid4()
    cursor = await conn.execute(LEASE, (list(without), limit, token, seconds), binary=True)
    return sorted((Job(*row) for row in await cursor.fetchall()), key=lambda job: job.seq)  # type: ignore[arg-type]


async def finish(conn: Connection, jobs: Sequence[Job]) -> set[UUID]:
    """Remove jobs that are done; returns the IDs of those that were still there."""
    cursor = await conn.execute(
        "DELETE FROM jobs WHERE id = ANY(%b) RETURNING id", ([job.id for job in jobs],)
    )
    return {row[0] for row in await cursor.fetchall() if isinstance(row[0], UUID)}


async def bury(conn: Connection, job: Job, reason: str) -> None:
    """Mark a job as dead: nobody tries it again by themselves."""
    await conn.execute(
        "UPDATE jobs SET dead_because = %s, lease = NULL, leased_until = NULL WHERE id = %s",
        (reason, job.id),
    )


async def put_back(conn: Connection, job: Job, outcome: Retry | Unknown, now: datetime) -> None:
    """Leave a job for another try, unless it was replaced or taken over meanwhile; `now` as for
    `store`."""
    await conn.execute(
        "UPDATE jobs SET lease = NULL, leased_until = NULL, outcome_unknown = %s, "
        "due_at = clock_timestamp() + %s WHERE seq = %s AND lease = %s",
        (isinstance(outcome, Unknown), outcome.at - now, job.seq, job.lease),
    )


async def seconds_to_next(
    conn: Connection, within: float, *, without: Sequence[str] = ()
) -> float | None:
    """How long until a job can be leased, in seconds; None if none can `within` that time.

    A job that waits for its lane or its holder doesn't count: the end of another wakes the worker.
    """
    cursor = await conn.execute(
        """
        SELECT extract(epoch FROM min(greatest(due_at, leased_until)) - clock_timestamp())::float8
          FROM jobs AS job
         WHERE due_at <= (SELECT clock_timestamp() + make_interval(secs => %(within)s))
           AND dead_because IS NULL AND coalesce(holder, tenant) <> ALL(%(without)s::text[])
           AND (leased_until IS NULL
                OR leased_until <= clock_timestamp() + make_interval(secs => %(within)s))
           AND NOT EXISTS (SELECT 1 FROM jobs AS earlier
                            WHERE earlier.lane = job.lane AND earlier.seq < job.seq
                              AND earlier.dead_because IS NULL)
        """,
        {"within": within, "without": list(without)},
    )
    row = await cursor.fetchone()
    return float(row[0]) if row and isinstance(row[0], float) else None


async def count(conn: Connection) -> tuple[int, int]:
    """How many jobs are due and not done, and how many lie dead."""
    cursor = await conn.execute(COUNT)
    due, dead = await cursor.fetchone() or (0, 0)
    return int(str(due)), int(str(dead))


async def ring_timer(job: Job) -> Outcome:
    """The runner of timers: what was written is handed to the service's own handler."""
    return Done((parse_data(job.payload_type, job.payload),))

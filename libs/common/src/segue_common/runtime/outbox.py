"""Events between the commit and the broker, and the publisher that gets them out in order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from segue_common.runtime import metrics
from segue_common.runtime.broker_errors import REFUSED
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Connection, Pool, single_statements
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.producer import Producer
from segue_common.runtime.sent import OutboxRow, sort_out
from segue_common.runtime.transaction import Outgoing

# Whoever wrote a row publishes it at once; older rows were left by a process that died.
STALE_SECONDS = 2.0
SWEEP_LIMIT = 500
# aiokafka sends records together up to this size; the broker's limit is on what comes together.
LARGEST_SHARED_BYTES = 16_384


@dataclass(frozen=True)
class Backlog:
    """Events of the outbox that wait, that the broker refused for good, and the age of the
    oldest that waits, in seconds."""

    waiting: int
    dead: int
    oldest_seconds: float


async def store(conn: Connection, outgoing: Sequence[Outgoing]) -> None:
    """Write events into the outbox, in order, in the caller's transaction."""
    if not outgoing:
        return
    await conn.execute(
        "INSERT INTO outbox (conversation_id, topic, value, traceparent) "
        "SELECT * FROM unnest(%b::uuid[], %b::text[], %b::bytea[], %b::text[])",
        (
            [item.event.subject for item in outgoing],
            [item.event.topic.name for item in outgoing],
            [item.event.to_json() for item in outgoing],
            [item.traceparent for item in outgoing],
        ),
    )


@dataclass
class _Fate:
    """What leaves the outbox, and how much of it is published; what stays for good, and why."""

    gone: list[int] = field(default_factory=list)
    dead: list[tuple[int, str]] = field(default_factory=list)
    published: int = 0


class Publisher:
    """Sends outbox rows to Kafka; per conversation in the order in which they were committed.

    Whoever publishes for a conversation publishes everything that is pending for it, under row
    locks taken in order. So a later row can't overtake an earlier one, whichever process wrote
    it, and a row is gone from the table only once the broker has it: under its topic, or, if
    it is refused for good, as a dead letter.
    """

    def __init__(
        self, service: str, pool: Pool, producer: Producer, dead_letters: DeadLetters
    ) -> None:
        self._service = service
        self._pool = pool
        self._producer = producer
        self._dead_letters = dead_letters

    async def flush(self, conversation_ids: Collection[UUID]) -> int:
        """Publish everything pending for these conversations; returns how many events.

        Raises one of `TRANSIENT` when something has to be sent again; what got out is out.
        """
        async with single_statements(self._pool) as conn:
            rows = await _pending(conn, conversation_ids)
            if not rows:
                return 0
            errors = await self._producer.send_in_order([row.record for row in rows])
            sent = sort_out(rows, errors)
            fate = _Fate([row.seq for row in sent.out], published=len(sent.out))
            for row, error in sent.refused:
                await self._set_aside(row, error, fate)
            reached(self._service, "after_publish")
            async with conn.pipeline():
                await conn.execute("DELETE FROM outbox WHERE seq = ANY(%s)", (fate.gone,))
                for seq, reason in fate.dead:
                    await conn.execute(
                        "UPDATE outbox SET dead_because = %s WHERE seq = %s", (reason, seq)
                    )
                await conn.execute("COMMIT")
        metrics.EVENTS_PUBLISHED.labels(self._service).inc(fate.published)
        if sent.error:
            raise sent.error
        return fate.published

    async def flush_each(self, conversation_ids: Sequence[UUID]) -> Sequence[None]:
        """The same, as a round of work for each of them."""
        await self.flush(set(conversation_ids))
        return [None] * len(conversation_ids)

    async def _set_aside(self, row: OutboxRow, error: BaseException, fate: _Fate) -> None:
        """A refused row, sent by itself once more: a limit may have been on what it was sent
        together with."""
        if len(row.value) < LARGEST_SHARED_BYTES:
            try:
                await self._producer.send_and_wait(**vars(row.record))
            except REFUSED:
                pass
            else:
                fate.gone.append(row.seq)
                fate.published += 1
                return
        reason = f"the broker refuses it: {type(error).__name__}"
        if await self._dead_letters.put_output(row.record, reason):
            fate.gone.append(row.seq)
        else:
            fate.dead.append((row.seq, reason))

    async def flush_stale(self) -> int:
        """Publish what a process that died has left; returns how many events."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(
                "SELECT DISTINCT conversation_id FROM outbox "
                "WHERE created_at < clock_timestamp() - make_interval(secs => %s) "
                "AND dead_because IS NULL LIMIT %s",
                (STALE_SECONDS, SWEEP_LIMIT),
            )
            waiting = [row[0] for row in await cursor.fetchall() if isinstance(row[0], UUID)]
        return await self.flush(waiting) if waiting else 0

    async def backlog(self) -> Backlog:
        """How much has not got out, and since when."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(
                "SELECT count(*), (SELECT count(*) FROM outbox WHERE dead_because IS NOT NULL), "
                "extract(epoch FROM clock_timestamp() - min(created_at))::float8 "
                "FROM outbox WHERE dead_because IS NULL"
            )
            row = await cursor.fetchone()
        waiting, dead, age = row or (0, 0, None)
        oldest = float(age) if isinstance(age, float) else 0.0
        return Backlog(int(str(waiting)), int(str(dead)), oldest)


async def _pending(conn: Connection, conversation_ids: Collection[UUID]) -> list[OutboxRow]:
    """What waits for these conversations, in order, locked until the caller's commit."""
    async with conn.pipeline():
        await conn.execute("BEGIN")
        # Losing this commit in a crash only means that the same events are sent again.
        await conn.execute("SET LOCAL synchronous_commit TO off")
        cursor = await conn.execute(
            "SELECT seq, conversation_id, topic, value, traceparent FROM outbox "
            "WHERE conversation_id = ANY(%b) AND dead_because IS NULL ORDER BY seq FOR UPDATE",
            (sorted(conversation_ids),),
            binary=True,
        )
    return [OutboxRow(*row) for row in await cursor.fetchall()]  # type: ignore[arg-type]  # as selected

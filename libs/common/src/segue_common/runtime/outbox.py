"""Events between the commit and the broker, and the publisher that gets them out in order."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

from aiokafka import AIOKafkaProducer

from segue_common.runtime import metrics
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Connection, Pool, single_statements
from segue_common.runtime.records import headers_of
from segue_common.runtime.transaction import Outgoing

# Whoever wrote a row publishes it at once; older rows were left by a process that died.
STALE_SECONDS = 2.0
SWEEP_LIMIT = 500


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


class Publisher:
    """Sends outbox rows to Kafka; per conversation in the order in which they were committed.

    Whoever publishes for a conversation publishes everything that is pending for it, under row
    locks taken in order. So a later row can't overtake an earlier one, whichever process wrote
    it, and a row is gone from the table only once the broker has it.
    """

    def __init__(self, service: str, pool: Pool, producer: AIOKafkaProducer) -> None:
        self._service = service
        self._pool = pool
        self._producer = producer

    async def flush(self, conversation_ids: Collection[UUID]) -> int:
        """Publish everything pending for these conversations; returns how many events."""
        async with single_statements(self._pool) as conn:
            async with conn.pipeline():
                await conn.execute("BEGIN")
                # Losing this commit in a crash only means that the same events are sent again.
                await conn.execute("SET LOCAL synchronous_commit TO off")
                cursor = await conn.execute(
                    "SELECT seq, conversation_id, topic, value, traceparent FROM outbox "
                    "WHERE conversation_id = ANY(%b) ORDER BY seq FOR UPDATE",
                    (sorted(conversation_ids),),
                    binary=True,
                )
            rows = await cursor.fetchall()
            if not rows:
                return 0
            await self._send(rows)
            reached(self._service, "after_publish")
            async with conn.pipeline():
                await conn.execute(
                    "DELETE FROM outbox WHERE seq = ANY(%s)", ([row[0] for row in rows],)
                )
                await conn.execute("COMMIT")
        metrics.EVENTS_PUBLISHED.labels(self._service).inc(len(rows))
        return len(rows)

    async def _send(self, rows: Sequence[tuple[object, ...]]) -> None:
        futures = []
        for _, conversation_id, topic, value, traceparent in rows:
            futures.append(
                await self._producer.send(
                    topic,
                    value=value,
                    key=str(conversation_id).encode(),
                    headers=headers_of(traceparent),
                )
            )
        await asyncio.gather(*futures)

    async def flush_stale(self) -> int:
        """Publish what a process that died has left; returns how many events."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(
                "SELECT DISTINCT conversation_id FROM outbox "
                "WHERE created_at < clock_timestamp() - make_interval(secs => %s) LIMIT %s",
                (STALE_SECONDS, SWEEP_LIMIT),
            )
            waiting = [row[0] for row in await cursor.fetchall() if isinstance(row[0], UUID)]
        return await self.flush(waiting) if waiting else 0

    async def oldest_seconds(self) -> float:
        """The age of the oldest event that has not got out, in seconds; 0 if there is none."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(
                "SELECT extract(epoch FROM clock_timestamp() - min(created_at))::float8 FROM outbox"
            )
            row = await cursor.fetchone()
        return float(row[0]) if row and isinstance(row[0], float) else 0.0

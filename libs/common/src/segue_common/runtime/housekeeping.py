"""What a service does now and then: sends what a dead process left, prunes, and measures."""

import asyncio
import logging
import time
from collections.abc import Sequence

from segue_common.runtime import inbox, jobs, metrics
from segue_common.runtime.consumer import TopicConsumer
from segue_common.runtime.database import Pool
from segue_common.runtime.outbox import STALE_SECONDS, Publisher
from segue_common.runtime.processor import TRANSIENT

log = logging.getLogger(__name__)

PRUNE_SECONDS = 3600.0


class Housekeeping:
    """One per process; several processes of a service do no harm to each other."""

    def __init__(
        self, service: str, pool: Pool, publisher: Publisher, consumers: Sequence[TopicConsumer]
    ) -> None:
        self._service = service
        self._pool = pool
        self._publisher = publisher
        self._consumers = consumers
        self._pruned_at = time.monotonic()
        self._measured: set[tuple[str, str, str]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._round()
            except TRANSIENT as error:
                log.warning("housekeeping waits", exc_info=error)
            await asyncio.sleep(STALE_SECONDS)

    async def _round(self) -> None:
        self._measure_lag()
        await self._measure_outbox()
        await self._count_jobs()
        await self._publisher.flush_stale()
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            async with self._pool.connection() as conn:
                await inbox.prune(conn)
            self._pruned_at = time.monotonic()

    def _measure_lag(self) -> None:
        found = {
            (self._service, consumer.topic.name, str(partition)): records
            for consumer in self._consumers
            for partition, records in consumer.lag().items()
        }
        # Another process reads these now; what was measured here last would stand for ever.
        for labels in self._measured - set(found):
            metrics.CONSUMER_LAG.remove(*labels)
        for labels, records in found.items():
            metrics.CONSUMER_LAG.labels(*labels).set(records)
        self._measured = set(found)

    async def _measure_outbox(self) -> None:
        backlog = await self._publisher.backlog()
        metrics.OUTBOX_AGE.labels(self._service).set(backlog.oldest_seconds)
        metrics.OUTBOX_WAITING.labels(self._service).set(backlog.waiting)
        metrics.OUTBOX_DEAD.labels(self._service).set(backlog.dead)

    async def _count_jobs(self) -> None:
        async with self._pool.connection() as conn:
            due, dead = await jobs.count(conn)
        metrics.JOBS_WAITING.labels(self._service).set(due)
        metrics.JOBS_LYING_DEAD.labels(self._service).set(dead)

"""Reports messages as delivered once a socket has taken them."""

import asyncio
import logging
from collections import defaultdict
from uuid import UUID

from segue_common.runtime.problems import Problem
from segue_common.runtime.processor import TRANSIENT

from segue_ingest.domain.delivery import Report
from segue_ingest.reports import ReportDesk

log = logging.getLogger(__name__)

WAITING = 10_000
BATCH = 200
AGAIN_SECONDS = 1.0


class HandedOver:
    """Collects what sockets have taken; repeats, as after a reconnect, change nothing."""

    def __init__(self, desk: ReportDesk) -> None:
        self._desk = desk
        self._waiting: asyncio.Queue[tuple[str, UUID]] = asyncio.Queue(WAITING)

    async def note(self, tenant: str, message_ids: list[UUID]) -> None:
        """Waits where reporting can't keep up, which slows the socket down and loses nothing."""
        for message_id in message_ids:
            await self._waiting.put((tenant, message_id))

    async def run(self) -> None:
        """Hand in reports, as long as the service runs."""
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < BATCH:
                batch.append(self._waiting.get_nowait())
            by_tenant: defaultdict[str, list[Report]] = defaultdict(list)
            for tenant, message_id in dict.fromkeys(batch):
                by_tenant[tenant].append(
                    Report(provider="web", provider_message_id=str(message_id), status="delivered")
                )
            for tenant, reports in by_tenant.items():
                await self._hand_in(tenant, reports)

    async def _hand_in(self, tenant: str, reports: list[Report]) -> None:
        while True:
            try:
                await self._desk.take(tenant, reports)
            except (*TRANSIENT, Problem) as error:
                log.warning("deliveries can't be reported now", exc_info=error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

"""Asks the busiest tenants to come again later while more comes in than can be answered."""

import asyncio
import logging
import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from segue_common.runtime.group_offsets import GroupOffsets
from segue_common.runtime.problems import Problem
from segue_common.runtime.settings import KafkaSettings

from segue_ingest import metrics
from segue_ingest.adapters.backlog import read_backlog
from segue_ingest.domain.fairness import Shares
from segue_ingest.domain.pace import Pace

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
AGAIN_SECONDS = 5.0
# Seconds. Those who are sent away together should not all come back together.
WAITS = range(2, 7)


def too_many(wait: int) -> Problem:
    """The answer to whoever should come again after so many seconds."""
    return Problem(429, "More comes in than can be answered.", retry_after=str(wait))


class Admission:
    """Keeps what is on its way to an answer short enough that a new message gets one soon.

    A tenant may have `at_once` webhooks in hand here. Of what may be on its way in the whole
    system, as much as is answered in `most_seconds`, each process lets in its part; once that is
    taken, tenants with more than their share of what came in lately are refused.
    """

    def __init__(self, *, most_seconds: float, at_once: int) -> None:
        self._at_once = at_once
        self._pace = Pace(most_seconds)
        self._in_hand: Counter[str] = Counter()
        self._shares = Shares()
        self._waiting = 0
        self._room = self._pace.room(waiting=0, replicas=1)
        # Messages that the last look at the backlog may not have seen: in hand, and taken since.
        self._entering = 0
        self._taken = 0
        self._busy = asyncio.Event()

    @contextmanager
    def admitted(self, tenant: str, messages: int) -> Iterator[None]:
        """Hold a place while messages are taken; raises a 429 `Problem` where there is none."""
        if (wait := self.refused(tenant)) is not None:
            raise too_many(wait)
        self._shares.add(tenant, messages, time.monotonic())
        self._in_hand[tenant] += 1
        self._entering += messages
        self._busy.set()
        try:
            yield
        finally:
            self._in_hand[tenant] -= 1
            self._entering -= messages
            self._taken += messages
            # The look that is under way may not have seen them: another must follow.
            self._busy.set()

    def refused(self, tenant: str) -> int | None:
        """After how many of `WAITS` a webhook should come again, which is counted; None where
        there is room for it. Only what has been admitted decides."""
        reason = self._refusal(tenant)
        if reason is None:
            return None
        metrics.REFUSED.labels(tenant, reason).inc()
        return random.choice(WAITS)

    def _refusal(self, tenant: str) -> str | None:
        if self._in_hand[tenant] >= self._at_once:
            return "at_once"
        is_full = self._entering + self._taken >= self._room
        if is_full and self._shares.is_above_fair(tenant, time.monotonic()):
            return "backlog"
        return None

    async def watch(self, kafka: KafkaSettings) -> None:
        """Look at the backlog as long as the service runs; while nothing comes in, don't."""
        while True:
            try:
                async with GroupOffsets(kafka, "segue-ingest-backlog") as offsets:
                    while True:
                        await self._look(offsets)
            except Exception as error:
                # Nobody is refused because of what isn't known.
                self._waiting, self._room = 0, math.inf
                log.warning("the backlog can't be read now", exc_info=error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _look(self, offsets: GroupOffsets) -> None:
        if not self._waiting:
            await self._busy.wait()
        self._busy.clear()
        taken = self._taken
        backlog = await read_backlog(offsets)
        self._pace.measured(time.monotonic(), backlog.waiting, backlog.handled)
        self._waiting = backlog.waiting
        self._room = self._pace.room(backlog.waiting, backlog.replicas)
        # What was taken while the answer was on its way may or may not be in it: it counts.
        self._taken -= taken
        metrics.BACKLOG.set(backlog.waiting)
        await asyncio.sleep(LOOK_SECONDS)

"""Waits until a run has come to rest: nothing unread, unsent, in hand or due anywhere."""

import asyncio
import time
from contextlib import AsyncExitStack

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from segue_common.events.asyncapi import RECEIVES
from segue_common.runtime.consumer import group_of
from segue_common.runtime.kafka import connection_options, make_admin
from segue_common.runtime.settings import KafkaSettings

from segue_local.simulator import CarrierSimulator
from segue_local.soak.evidence import leftovers

LOOK_SECONDS = 0.5


class NotSettled(AssertionError):
    """Something is still going on when the time is over; the message says what."""


class Lag:
    """Records that are on the broker and not yet taken, by every service's groups."""

    def __init__(self, bootstrap: str) -> None:
        self._settings = KafkaSettings(bootstrap=bootstrap)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "Lag":
        self._admin = make_admin(self._settings)
        await self._admin.start()
        self._open.push_async_callback(self._admin.close)
        self._consumer = AIOKafkaConsumer(**connection_options(self._settings))
        await self._consumer.start()
        self._open.push_async_callback(self._consumer.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def read(self) -> tuple[dict[str, int], int]:
        """The lag of each group that has one, and how many records there are in all."""
        names = sorted({topic.name for topics in RECEIVES.values() for topic in topics})
        described = await self._admin.describe_topics(names)
        places = [
            TopicPartition(entry["topic"], part["partition"])
            for entry in described
            for part in entry["partitions"]
        ]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(places)
        lags = {}
        for service, topics in RECEIVES.items():
            for topic in topics:
                group = group_of(service, topic)
                done = await self._admin.list_consumer_group_offsets(group)
                taken = {place: max(meta.offset, 0) for place, meta in done.items()}
                mine = [place for place in places if place.topic == topic.name]
                if lag := sum(ends[place] - taken.get(place, 0) for place in mine):
                    lags[group] = lag
        return lags, sum(ends.values())


async def settled(
    dsn: str, bootstrap: str, seconds: float, carrier: CarrierSimulator | None = None
) -> None:
    """Return once all is at rest in two looks with no record between; else `NotSettled`.

    With the carrier, a call that goes on counts as well.
    """
    deadline = time.monotonic() + seconds
    before = -1
    async with Lag(bootstrap) as lag, await psycopg.AsyncConnection.connect(dsn) as conn:
        await conn.set_autocommit(True)
        while True:
            lags, records = await lag.read()
            waiting = [f"{group} lags by {count}" for group, count in lags.items()]
            waiting += await leftovers(conn, dead=False)
            if carrier:
                waiting += [f"call {call.sid}" for call in carrier.calls if not call.finished]
            if not waiting and records == before:
                return
            if time.monotonic() > deadline:
                raise NotSettled(f"not at rest after {seconds:g} s: {'; '.join(waiting)}")
            before = records
            await asyncio.sleep(LOOK_SECONDS)

"""Waits until a run has come to rest: nothing unread, unsent, in hand or due anywhere."""

import asyncio
import time

import psycopg
from segue_common.events.asyncapi import RECEIVES
from segue_common.runtime.consumer import group_of
from segue_common.runtime.group_offsets import GroupOffsets
from segue_common.runtime.settings import KafkaSettings

from segue_local.simulator import CarrierSimulator
from segue_local.soak.evidence import leftovers

LOOK_SECONDS = 0.5


class NotSettled(AssertionError):
    """Something is still going on when the time is over; the message says what."""


async def read_lags(offsets: GroupOffsets) -> tuple[dict[str, int], int]:
    """Records that are on the broker and not yet taken, of each group that has any, and how many
    records there are in all. A topic that a service reads only when it is set up so has no group
    where it isn't."""
    ends = await offsets.ends({topic for topics in RECEIVES.values() for topic in topics})
    lags = {}
    groups = await offsets.groups()
    for service, topics in RECEIVES.items():
        for topic in topics:
            if group_of(service, topic) not in groups:
                continue
            taken = await offsets.committed(service, topic)
            mine = [place for place in ends if place.topic == topic.name]
            if lag := sum(ends[place] - taken.get(place, 0) for place in mine):
                lags[group_of(service, topic)] = lag
    return lags, sum(ends.values())


async def settled(
    dsn: str, bootstrap: str, seconds: float, carrier: CarrierSimulator | None = None
) -> None:
    """Return once all is at rest in two looks with no record between; else `NotSettled`.

    With the carrier, a call that goes on counts as well.
    """
    deadline = time.monotonic() + seconds
    before = -1
    kafka = KafkaSettings(bootstrap=bootstrap)
    async with (
        GroupOffsets(kafka, "segue-soak") as offsets,
        await psycopg.AsyncConnection.connect(dsn) as conn,
    ):
        await conn.set_autocommit(True)
        while True:
            lags, records = await read_lags(offsets)
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

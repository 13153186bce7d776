"""What holds when replicas' clocks are wrong, a process stands still, or partitions move.

After each test the whole system comes to rest, and the checks of the fault run are made over
everything that is in the database, on the broker and at the carrier.
"""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio
from fault_lab import (
    PATIENCE,
    asks,
    conversations_of,
    nothing_wrong_afterwards,
    rows,
    someone,
)
from segue_common.events import Topic
from segue_common.events.topics import INBOUND
from segue_common.runtime.consumer import group_of
from segue_common.runtime.kafka import make_admin
from segue_common.runtime.settings import KafkaSettings
from segue_local.simulator import PhonePerson
from segue_local.soak.cluster import Cluster
from segue_local.soak.people import ON_THE_PHONE
from segue_local.soak.plan import QUESTIONS, WANTS_A_CALL
from segue_local.soak.settling import settled
from waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

# More than a consumer's session and a job's lease last.
STANDSTILL_SECONDS = 15.0


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def checked(cluster: Cluster) -> AsyncIterator[None]:
    async with nothing_wrong_afterwards(cluster):
        yield


async def test_replicas_whose_clocks_are_two_hours_apart_neither_hurry_nor_double(
    cluster: Cluster,
) -> None:
    services = ("router", "ingest", "voice-bridge")
    for service in services:
        await cluster.restart(service, SEGUE_CLOCK_OFFSET_SECONDS="-3600")
        await cluster.restart(f"{service}-2", SEGUE_CLOCK_OFFSET_SECONDS="3600")
    await cluster.ready()
    writers, caller = [someone(cluster) for _ in range(6)], someone(cluster)
    cluster.carrier.person(caller.number, PhonePerson(script=ON_THE_PHONE))
    await asyncio.gather(
        *(asks(lead, QUESTIONS[0]) for lead in writers), asks(caller, WANTS_A_CALL)
    )
    await asyncio.gather(*(asks(lead, QUESTIONS[1]) for lead in writers))
    call = await cluster.carrier.call_to(caller.number, PATIENCE)
    await cluster.carrier.call_finished(call, PATIENCE)
    for service in services:
        await cluster.restart(service)
        await cluster.restart(f"{service}-2")
    # A timer that rings at once would have told them that it takes longer.
    assert [len(lead.received) for lead in writers] == [2] * len(writers)
    assert len([call for call in cluster.carrier.calls if call.to == caller.number]) == 1


@pytest.mark.parametrize("service", ["router", "ingest", "voice-bridge"])
async def test_a_process_that_stood_still_too_long_doubles_nothing(
    cluster: Cluster, service: str
) -> None:
    leads = [someone(cluster) for _ in range(10)]
    for lead in leads:
        cluster.carrier.person(lead.number, PhonePerson(script=ON_THE_PHONE))
    saying = [asyncio.create_task(lead.say(WANTS_A_CALL)) for lead in leads]
    await asyncio.wait(saying, return_when=asyncio.FIRST_COMPLETED)
    cluster.pause(service)
    try:
        # What it had in hand is taken over; only time makes it a process that was given up.
        await asyncio.sleep(STANDSTILL_SECONDS)
    finally:
        cluster.resume(service)
    await asyncio.gather(*saying, *(lead.hears(PATIENCE) for lead in leads))
    for lead in leads:
        await cluster.carrier.call_to(lead.number, PATIENCE)
    await settled(cluster.dsn, cluster.bootstrap, 120.0, cluster.carrier)
    calls = [call.to for call in cluster.carrier.calls]
    assert [calls.count(lead.number) for lead in leads] == [1] * len(leads)


async def test_partitions_move_only_when_a_slow_handler_is_done(cluster: Cluster) -> None:
    lead = someone(cluster)
    await asks(lead, "Hello, I need a crown")
    await cluster.down("router-2", how="leave")
    (conversation,) = conversations_of(cluster, lead)
    with psycopg.connect(cluster.dsn) as holding:
        holding.execute(
            "SELECT 1 FROM router.conversations WHERE conversation_id = %s FOR UPDATE",
            (conversation,),
        )
        assert await lead.say(QUESTIONS[0]) == 200
        await eventually(lambda: rows(cluster, WAITING, "segue-router"), "the router waits")
        await cluster.up("router-2")
        # It waits to be let in until what the other has in hand is done.
        await eventually(lambda: asks_to_be_let_in(cluster, INBOUND), "it asks to be let in")
        assert len(lead.received) == 1
    assert (await lead.hears(PATIENCE)).body
    assert await asks(lead, QUESTIONS[1])
    assert len(lead.received) == 3


async def asks_to_be_let_in(cluster: Cluster, topic: Topic) -> bool:
    """Whether the router's group for a topic waits for a member's leave to share anew."""
    admin = make_admin(KafkaSettings(bootstrap=cluster.bootstrap))
    await admin.start()
    try:
        told = await admin.describe_consumer_groups([group_of("router", topic)])
    finally:
        await admin.close()
    return "PreparingRebalance" in str(told)


WAITING = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"

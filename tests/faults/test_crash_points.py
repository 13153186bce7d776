"""Each service killed with SIGKILL at each point where something could be lost or doubled.

What happened is checked from the carrier's side and in the database, not from Segue's counters.
"""

import asyncio
import signal
from collections import Counter
from itertools import product

import psycopg
import pytest
from segue_common.events import CallEnded, LeadSynced, MeetingBooked, SendRequested, TurnCompleted
from segue_local.soak.evidence import OVERLAPS
from segue_local.soak.settling import settled
from segue_local.system import System

REST_SECONDS = 60.0
IN_BETWEEN = ("after_commit", "after_publish", "before_offset_commit")
OUTSIDE = ("after_claim", "after_carrier_accept")
POINTS = [
    *product(("router", "qualifier", "booking", "crm-sync"), IN_BETWEEN),
    *product(("ingest", "voice-bridge"), (*IN_BETWEEN, *OUTSIDE)),
]
WANTS_A_CALL = (
    "Hi, I need a root canal, my budget is up to $1500, I decide myself and it has to be this "
    "week. Please call me"
)
PERSON = {
    "script": [
        {"hears": "booked|goodbye", "does": ["great, bye"]},
        {"hears": "good time", "does": ["yes it is"]},
        {"hears": r"\d", "does": ["the first one"], "once": True},
    ]
}


async def crash(system: System, service: str, point: str) -> None:
    """Let the service die at the point the next time it gets there."""
    # At rest, so that what it meets there is this lead's and nothing of an earlier test's.
    await at_rest(system)
    process = system.processes[service]
    await asyncio.to_thread(process.stop)
    process.start(SEGUE_CRASH_AT=f"{service}:{point}")
    await asyncio.to_thread(system.wait_ready)


async def revive(system: System, service: str, seconds: float = 40.0) -> None:
    """Wait until it has died there, and start it again."""
    process = system.processes[service]
    assert await asyncio.to_thread(process.wait_ended, seconds) == -signal.SIGKILL
    process.start()
    await asyncio.to_thread(system.wait_ready)


@pytest.mark.parametrize(("service", "point"), POINTS)
async def test_a_killed_service_loses_and_doubles_nothing(
    new_lead, system: System, service: str, point: str
) -> None:
    lead = new_lead(name="Marta")
    await lead.picks_up(**PERSON)
    await crash(system, service, point)
    assert await lead.says(WANTS_A_CALL) == 200
    await revive(system, service)
    ended = await lead.sees(CallEnded)
    # A call that is picked up while its own service is down can't be talked on; nobody else's
    # death ends it.
    booked = ended.outcome == "booked"
    assert booked or service == "voice-bridge"
    if booked:
        await lead.sees(LeadSynced, lambda synced: synced.stage == "meeting")
    await at_rest(system)
    assert len(await lead.calls()) == 1
    await every_send_reached_the_carrier_once(lead)
    answers = {
        event.data.turn_id for event in await lead.events() if isinstance(event.data, TurnCompleted)
    }
    turns = Counter(answer.turn_id for answer in await unique(lead, TurnCompleted))
    assert set(turns) == answers
    assert set(turns.values()) == {1}
    assert len(await unique(lead, MeetingBooked)) == booked
    async with await psycopg.AsyncConnection.connect(dsn(system)) as conn:
        assert await (await conn.execute(OVERLAPS.encode())).fetchall() == []


async def test_a_support_answer_survives_its_service(new_lead, system: System) -> None:
    for point in IN_BETWEEN:
        lead = new_lead()
        await crash(system, "support", point)
        assert await lead.says("What are your opening hours on Saturday?") == 200
        await revive(system, "support")
        await lead.sees(SendRequested)
        await at_rest(system)
        await every_send_reached_the_carrier_once(lead)
        assert len(await lead.messages()) == 1


async def unique(lead, kind: type) -> list:
    """Events as a consumer with an inbox takes them: a repeat is the same event."""
    events = {event.id: event.data for event in await lead.events() if isinstance(event.data, kind)}
    return list(events.values())


async def every_send_reached_the_carrier_once(lead) -> None:
    wanted = Counter(send.text for send in await unique(lead, SendRequested))
    assert Counter(message.body for message in await lead.messages()) == wanted


async def at_rest(system: System) -> None:
    """Wait until no service has anything left to read, to send or to do at once."""
    await settled(dsn(system), system.environment["SEGUE_KAFKA_BOOTSTRAP"], REST_SECONDS)


def dsn(system: System) -> str:
    return system.environment["SEGUE_POSTGRES_DSN"]

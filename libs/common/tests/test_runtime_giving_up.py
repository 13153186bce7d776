"""What stands once it is committed gets out, though whoever asked for it has given up since."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from outbox_desk import Desk
from segue_common.decisions import NewJob
from segue_common.events import Event, EventData, ReleaseRequested, root_event
from segue_common.events.topics import CONTROL
from segue_common.runtime import jobs
from segue_common.runtime.clock import system_clock
from segue_common.runtime.jobs import Done, Job, Outcome
from segue_common.runtime.processor import Arrival, Processor
from segue_common.runtime.transaction import ScheduledJob, Transaction
from segue_common.runtime.worker import Worker
from waiting import eventually


def release(conversation: UUID) -> Event[ReleaseRequested]:
    return root_event(
        ReleaseRequested(person="Robin"), id=uuid.uuid4(), source="/test", tenant="acme",
        conversation_id=conversation, time=datetime.now(UTC),
    )  # fmt: skip


class Noting(Processor):
    """Tells when results are handed over to it."""

    finishing: asyncio.Event

    async def finish(self, done: Sequence[tuple[Job, Sequence[EventData]]]) -> None:
        self.finishing.set()
        await super().finish(done)


class Gate:
    """A handler that answers every event; each round of events waits to be let through."""

    def __init__(self, desk: Desk) -> None:
        self.passes = asyncio.Semaphore(0)
        self.reached = 0
        self.processor = Noting("router", desk.pool, desk.publisher, self.handle, system_clock)
        self.processor.finishing = asyncio.Event()

    async def handle(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        self.reached += 1
        await self.passes.acquire()
        for event in events:
            work.emit(ReleaseRequested(person="answer"), event)

    def ask(self, conversation: UUID) -> asyncio.Task[object]:
        arrival = Arrival(release(conversation))
        return asyncio.ensure_future(self.processor.process([arrival]))


async def got_out(desk: Desk, *conversations: UUID) -> None:
    """Nobody sweeps this outbox: what isn't published at once stays in it."""

    async def is_empty() -> bool:
        return await desk.backlog() == (0, 0)

    await eventually(is_empty, "the outbox is empty")
    for conversation in conversations:
        assert len(await desk.values(CONTROL, conversation)) == 1


async def test_what_one_brought_who_gives_up_gets_out_with_the_rest(desk: Desk) -> None:
    gate, gone, stays = Gate(desk), uuid.uuid4(), uuid.uuid4()
    first = gate.ask(uuid.uuid4())
    await eventually(lambda: gate.reached == 1, "the first round")
    together = gate.ask(gone), gate.ask(stays)
    await asyncio.sleep(0)
    gate.passes.release()
    await first
    await eventually(lambda: gate.reached == 2, "the second round")
    together[0].cancel()
    gate.passes.release()
    await together[1]
    await got_out(desk, gone, stays)


async def test_what_one_alone_brought_who_gives_up_gets_out(desk: Desk) -> None:
    gate, gone = Gate(desk), uuid.uuid4()
    asked = gate.ask(gone)
    await eventually(lambda: gate.reached == 1, "the round")
    asked.cancel()
    gate.passes.release()
    await got_out(desk, gone)


async def test_a_job_whose_result_waits_when_the_service_stops_is_recorded(desk: Desk) -> None:
    """Else it would be done again once its lease has run out: the result of a call, for one."""
    gate, conversation = Gate(desk), uuid.uuid4()

    async def run(_: Job) -> Outcome:
        return Done((ReleaseRequested(person="result"),))

    cause = release(conversation)
    async with desk.pool.connection() as conn:
        job = ScheduledJob(NewJob("work", str(cause.id), cause.data), cause, None)
        await jobs.store(conn, [job], datetime.now(UTC))
    busy = gate.ask(uuid.uuid4())
    await eventually(lambda: gate.reached == 1, "a round is under way")
    worker = Worker(
        gate.processor, desk.pool, {"work": run}, system_clock, slots=1, lease_seconds=600
    )
    working = asyncio.create_task(worker.run())
    await eventually(gate.processor.finishing.is_set, "its result is handed over")
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    gate.passes.release()
    gate.passes.release()
    await worker.drain()
    await gate.processor.drain()
    await busy
    async with desk.pool.connection() as conn:
        assert await jobs.count(conn) == (0, 0)
        left = await (await conn.execute("SELECT count(*) FROM jobs")).fetchone()
    assert left == (0,)
    await got_out(desk, conversation)

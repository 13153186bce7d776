"""A worker's places: whoever has few gets some, however much others want."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_common.decisions import NewJob
from segue_common.events import ReleaseRequested, root_event
from segue_common.runtime import jobs
from segue_common.runtime.clock import system_clock
from segue_common.runtime.database import Pool, make_pool, migrate
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.jobs import Done, Job, Outcome
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.outbox import Publisher
from segue_common.runtime.processor import Processor
from segue_common.runtime.settings import KafkaSettings
from segue_common.runtime.slots import Slots
from segue_common.runtime.transaction import ScheduledJob
from segue_common.runtime.worker import Worker

DEADLINE = 30.0


def want_all(slots: Slots, *tenants: str) -> Counter[str]:
    """Give out places to tenants that want any number, in the order in which they ask."""
    given: Counter[str] = Counter()
    while wanting := [tenant for tenant in tenants if tenant not in slots.full()]:
        if not slots.room():
            break
        for tenant in wanting:
            if slots.room() and tenant not in slots.full():
                slots.take(tenant)
                given[tenant] += 1
    return given


@pytest.mark.parametrize(("tenants", "each"), [("a", 42), ("ab", 25), ("abc", 18)])
def test_tenants_that_want_all_get_the_same_and_leave_some(tenants: str, each: int) -> None:
    given = want_all(Slots(64), *tenants)
    assert set(given) == set(tenants)
    assert all(abs(count - each) <= 1 for count in given.values())
    assert sum(given.values()) < 64


@given(st.integers(1, 200), st.lists(st.sampled_from("abcdef"), max_size=300))
def test_while_a_place_is_free_somebody_new_gets_it(count: int, asking: list[str]) -> None:
    slots, held = Slots(count), Counter[str]()
    for tenant in asking:
        if tenant not in slots.full():
            held[tenant] += (room := slots.room())
            for _ in range(room):
                slots.take(tenant)
    assert sum(held.values()) <= count
    assert bool(slots.room()) == (sum(held.values()) < count)
    assert "newcomer" not in slots.full()


@given(st.integers(1, 200))
def test_a_place_that_is_left_is_given_out_again(count: int) -> None:
    slots = Slots(count)
    taken = want_all(slots, "a")["a"]
    assert slots.full() == ["a"] or not slots.room()
    for _ in range(taken):
        slots.leave("a")
    assert want_all(slots, "b")["b"] == taken > 0


@pytest.fixture
async def pool(database_dsn: str) -> AsyncIterator[Pool]:
    migrate(database_dsn, "router", None)
    opened = make_pool(database_dsn, "router", connections=4)
    await opened.open()
    yield opened
    await opened.close()


async def put(pool: Pool, tenant: str, count: int) -> None:
    now = datetime.now(UTC)
    causes = [
        root_event(
            ReleaseRequested(person="Robin"), id=uuid.uuid4(), source="/test", tenant=tenant,
            conversation_id=uuid.uuid4(), time=now,
        )
        for _ in range(count)
    ]  # fmt: skip
    async with pool.connection() as conn:
        work = [
            ScheduledJob(NewJob("work", str(cause.id), cause.data), cause, None) for cause in causes
        ]
        await jobs.store(conn, work, now)


async def test_work_that_hangs_for_one_tenant_holds_no_other_one_up(pool: Pool) -> None:
    """More of it than there are places, and it was there first."""
    goes_on, news = asyncio.Event(), asyncio.Event()
    begun, done = Counter[str](), Counter[str]()

    async def run(job: Job) -> Outcome:
        begun[job.tenant] += 1
        if job.tenant == "stuck":
            await goes_on.wait()
        done[job.tenant] += 1
        news.set()
        return Done()

    producer = make_producer(KafkaSettings(bootstrap="127.0.0.1:9"), "test")
    publisher = Publisher("router", pool, producer, DeadLetters("router", producer, system_clock))
    processor = Processor("router", pool, publisher, _nothing, system_clock)
    worker = Worker(processor, pool, {"work": run}, system_clock, slots=6, lease_seconds=60)
    await put(pool, "stuck", 20)
    working = asyncio.create_task(worker.run())
    async with asyncio.timeout(DEADLINE):
        while begun["stuck"] < 4:
            await asyncio.sleep(0.01)
        await put(pool, "quiet", 20)
        while done["quiet"] < 20:
            news.clear()
            await news.wait()
        assert done["stuck"] == 0
        goes_on.set()
        while done["stuck"] < 20:
            news.clear()
            await news.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await producer.stop()


async def _nothing(*_: object) -> None:
    return

"""Who begins when much arrives at once: a few in each round, tenants in turn."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.http.turns import Turns

EACH_ROUND = 4


async def begun(arrivals: list[str]) -> list[tuple[int, str]]:
    """In which round of the loop each request begins, all having arrived before the first."""
    turns, order, now = Turns(EACH_ROUND), list[tuple[int, str]](), 0

    async def one(tenant: str) -> None:
        await turns.take(tenant)
        order.append((now, tenant))

    tasks = [asyncio.create_task(one(tenant)) for tenant in arrivals]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        now += 1
    return order


@given(st.lists(st.sampled_from(["flood", "busy", "quiet"]), max_size=60))
def test_everybody_begins_once_and_no_round_is_longer_than_its_bound(arrivals: list[str]) -> None:
    order = asyncio.run(begun(arrivals))
    assert sorted(tenant for _, tenant in order) == sorted(arrivals)
    assert all(count <= EACH_ROUND for count in Counter(at for at, _ in order).values())


def test_one_request_is_behind_few_of_a_flood_that_came_before() -> None:
    order = [tenant for _, tenant in asyncio.run(begun(["flood"] * 500 + ["quiet"]))]
    assert order.index("quiet") <= EACH_ROUND * 2


def test_those_of_one_tenant_begin_in_the_order_in_which_they_came() -> None:
    async def numbers() -> list[int]:
        turns, order = Turns(EACH_ROUND), list[int]()

        async def one(number: int) -> None:
            await turns.take("flood")
            order.append(number)

        await asyncio.gather(*(one(number) for number in range(50)))
        return order

    assert asyncio.run(numbers()) == list(range(50))


async def test_whoever_went_away_leaves_the_turn_to_the_next() -> None:
    turns = Turns(1)
    await turns.take("flood")
    gone = asyncio.create_task(turns.take("flood"))
    stays = asyncio.create_task(turns.take("flood"))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(5):
        await stays

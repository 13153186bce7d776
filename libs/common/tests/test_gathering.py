"""Work that is done for all who ask at once."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest
from segue_common.runtime.gathering import Gathering

seen_by: ContextVar[str] = ContextVar("seen_by", default="nobody")


class Doubling:
    """Work whose rounds are kept, and which waits at the gate."""

    def __init__(self, most: int = 100) -> None:
        self.rounds: list[list[int]] = []
        self.seen: list[str] = []
        self.gate = asyncio.Event()
        self.gathering = Gathering(self.double, most)

    async def double(self, items: Sequence[int]) -> list[int]:
        self.rounds.append(list(items))
        self.seen.append(seen_by.get())
        await self.gate.wait()
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 2 for item in items]


def asking(doubling: Doubling, *batches: Sequence[int]) -> list[asyncio.Task[Sequence[int]]]:
    return [asyncio.ensure_future(doubling.gathering.ask(batch)) for batch in batches]


async def begun(doubling: Doubling) -> None:
    async with asyncio.timeout(5):
        while not doubling.rounds:
            await asyncio.sleep(0)


async def test_what_is_asked_during_a_round_is_done_together_in_the_next() -> None:
    doubling = Doubling()
    first = asking(doubling, [1])
    await begun(doubling)
    rest = asking(doubling, [2, 3], [4])
    await asyncio.sleep(0)
    doubling.gate.set()
    assert await asyncio.gather(*first, *rest) == [[2], [4, 6], [8]]
    assert doubling.rounds == [[1], [2, 3, 4]]


async def test_a_round_takes_nobody_more_once_it_is_large() -> None:
    doubling = Doubling(most=3)
    doubling.gate.set()
    answers = await asyncio.gather(*asking(doubling, [1, 2], [3, 4], [5]))
    assert answers == [[2, 4], [6, 8], [10]]
    assert doubling.rounds == [[1, 2, 3, 4], [5]]


async def test_a_failure_reaches_everybody_in_its_round_and_nobody_else() -> None:
    doubling = Doubling()
    first = asking(doubling, [1])
    await begun(doubling)
    unlucky = asking(doubling, [13], [2])
    await asyncio.sleep(0)
    doubling.gate.set()
    failures = await asyncio.gather(*unlucky, return_exceptions=True)
    assert [type(failure) for failure in failures] == [ValueError, ValueError]
    assert await first[0] == [2]
    assert await doubling.gathering.ask([5]) == [10]


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    doubling = Doubling()
    first = asking(doubling, [1], [2])
    await begun(doubling)
    first[0].cancel()
    later = asking(doubling, [3], [4])
    await asyncio.sleep(0)
    later[0].cancel()
    await asyncio.sleep(0)
    doubling.gate.set()
    assert await asyncio.gather(first[1], later[1]) == [[4], [8]]
    assert doubling.rounds == [[1, 2], [4]], "what nobody waits for any more isn't begun"


async def test_what_is_current_for_the_first_to_ask_is_not_for_the_others() -> None:
    doubling = Doubling()
    doubling.gate.set()
    token = seen_by.set("the first")
    try:
        await doubling.gathering.ask([1])
    finally:
        seen_by.reset(token)
    assert doubling.seen == ["nobody"]


async def test_nobody_waits_for_ever_when_the_loop_ends() -> None:
    doubling = Doubling()
    waiting = asking(doubling, [1])
    await begun(doubling)
    waiting += asking(doubling, [2])
    await asyncio.sleep(0)
    working = next(t for t in asyncio.all_tasks() if "_work_rounds" in repr(t.get_coro()))
    working.cancel()
    for task in waiting:
        with pytest.raises(asyncio.CancelledError):
            await task

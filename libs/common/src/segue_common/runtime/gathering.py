"""Work that costs little more for many than for one, done for all who ask at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from segue_common.runtime.strays import strays_told

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class _Asked(Generic[T, R]):
    items: Sequence[T]
    answer: asyncio.Future[Sequence[R]]


class Gathering(Generic[T, R]):
    """Does rounds of work, one after the other: what is asked for during a round is done together
    in the next. So the busier it gets, the less the work costs, and who comes alone waits for
    nobody.

    `work` gets the items of a round in the order in which they were asked for, and gives one
    result for each. What it raises, everybody in that round gets. A round takes no more askers
    once it has `most` items.
    """

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: deque[_Asked[T, R]] = deque()
        self._rounds: asyncio.Task[None] | None = None

    async def ask(self, items: Sequence[T]) -> Sequence[R]:
        """The results for these items. Whoever gives up doesn't stop a round that has begun."""
        asked = _Asked[T, R](items, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._rounds is None:
            # A context of its own: what is current for the first to ask isn't for the others.
            self._rounds = asyncio.create_task(self._work_rounds(), context=Context())
        return await asked.answer

    async def _work_rounds(self) -> None:
        try:
            while self._waiting:
                await self._work_round(self._next_round())
        finally:
            self._rounds = None
            # Only the loop's end gets here with somebody waiting.
            while self._waiting:
                self._waiting.popleft().answer.cancel()

    def _next_round(self) -> list[_Asked[T, R]]:
        taken: list[_Asked[T, R]] = []
        size = 0
        while self._waiting and size < self._most:
            asked = self._waiting.popleft()
            if not asked.answer.done():
                taken.append(asked)
                size += len(asked.items)
        return taken

    async def _work_round(self, askers: Sequence[_Asked[T, R]]) -> None:
        try:
            with strays_told():
                results = await self._work([item for asked in askers for item in asked.items])
        except BaseException as error:
            ended = not isinstance(error, Exception)
            for asked in askers:
                if ended:
                    asked.answer.cancel()
                elif not asked.answer.done():
                    asked.answer.set_exception(error)
            if ended:
                raise
            return
        at = 0
        for asked in askers:
            if not asked.answer.done():
                asked.answer.set_result(results[at : at + len(asked.items)])
            at += len(asked.items)

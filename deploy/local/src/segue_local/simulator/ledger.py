"""An ordered, optionally bounded book of records that can be waited on by number."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from segue_local.simulator.addresses import bare


class Entry(Protocol):
    sid: str
    to: str
    from_: str
    order: int


R = TypeVar("R", bound=Entry)
T = TypeVar("T")


class Ledger(Generic[R]):
    """Records in the order in which the carrier took them.

    `limit` bounds the memory of load runs: the oldest record goes when a new one would exceed it.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._by_sid: dict[str, R] = {}
        self._by_number: defaultdict[str, deque[R]] = defaultdict(deque)
        self._waiting: defaultdict[str, list[asyncio.Future[None]]] = defaultdict(list)
        self._taken = 0
        self._closed = False

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._by_sid.values()))

    def __len__(self) -> int:
        return len(self._by_sid)

    @property
    def taken(self) -> int:
        """How many records were ever added, evicted ones included."""
        return self._taken

    def add(self, record: R) -> None:
        self._taken += 1
        record.order = self._taken
        self._by_sid[record.sid] = record
        for number in self._numbers(record):
            self._by_number[number].append(record)
        if self._limit is not None and len(self._by_sid) > self._limit:
            self._evict_oldest()
        self.changed(record)

    def get(self, sid: str) -> R | None:
        return self._by_sid.get(sid)

    def about(self, number: str) -> list[R]:
        """Every record to or from a number, whatever the channel prefix, oldest first."""
        return list(self._by_number.get(bare(number), ()))

    def changed(self, record: R) -> None:
        """Wakes whoever waits on one of the record's numbers, or on any."""
        for number in (*self._numbers(record), ""):
            self._wake(number)

    async def until(
        self, number: str | None, found: Callable[[], T | None], seconds: float
    ) -> T | None:
        """The first non-None answer of `found`, asked again at every change; None at the deadline.

        `asyncio.timeout`, not `wait_for`: the latter starts a task of its own, and a change that
        falls between the check and that start would be missed.
        """
        try:
            async with asyncio.timeout(seconds):
                while (hit := found()) is None and not self._closed:
                    await self._next_change(bare(number) if number else "")
                return hit
        except TimeoutError:
            return found()

    async def _next_change(self, key: str) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[key].append(waiter)
        await waiter

    def close(self) -> None:
        """Lets go of everybody who waits; nothing more will come."""
        self._closed = True
        for number in list(self._waiting):
            self._wake(number)

    def clear(self) -> None:
        self._by_sid.clear()
        self._by_number.clear()

    def _wake(self, number: str) -> None:
        for waiter in self._waiting.pop(number, ()):
            if not waiter.done():
                waiter.set_result(None)

    def _numbers(self, record: R) -> set[str]:
        return {bare(record.to), bare(record.from_)}

    def _evict_oldest(self) -> None:
        oldest = self._by_sid.pop(next(iter(self._by_sid)))
        for number in self._numbers(oldest):
            records = self._by_number[number]
            records.remove(oldest)
            if not records:
                del self._by_number[number]

"""Listens to what the stand-in carrier gets, and wakes whoever waits for a number."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """One request at the carrier; `at` is in nanoseconds of the machine's monotonic clock."""

    at: int
    kind: str
    number: str
    sid: str
    url: str


class Tap:
    """Requests by kind and number, in the order in which the carrier got them."""

    def __init__(self) -> None:
        self._queues: defaultdict[tuple[str, str], asyncio.Queue[Taken]] = defaultdict(
            asyncio.Queue
        )
        self.taken: defaultdict[str, int] = defaultdict(int)
        self.on_taken: Callable[[Taken], None] | None = None

    async def next(self, kind: str, number: str, seconds: float) -> Taken:
        """The next request of this kind to this number; TimeoutError without one in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._queues[kind, number].get()
        except TimeoutError as error:
            raise TimeoutError(
                f"the carrier got no {kind} for {number} in {seconds:g} s"
            ) from error

    def forget(self, kind: str, number: str) -> None:
        """What came before doesn't count; called before something is asked."""
        self._queues.pop((kind, number), None)

    async def listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            at, kind, number, sid, url = line.decode().split()
            taken = Taken(int(at), kind, number.removeprefix("whatsapp:"), sid, url)
            self.taken[kind] += 1
            self._queues[kind, taken.number].put_nowait(taken)
            if self.on_taken is not None:
                self.on_taken(taken)


@contextlib.asynccontextmanager
async def tapping(port: int) -> AsyncIterator[Tap]:
    """A tap on the stand-ins at this port, from now on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    tap = Tap()
    listening = asyncio.create_task(tap.listen(reader))
    # The other side takes the connection up a moment after it stands.
    await asyncio.sleep(0.1)
    try:
        yield tap
    finally:
        listening.cancel()
        writer.close()

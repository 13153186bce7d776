"""What a figure is given: the lab, the tap, and how long it may take."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from segue_local.soak.settling import settled

from bench.lab import Lab
from bench.tap import Tap

QUIET_SECONDS = 1.0
LONGEST_SETTLE_SECONDS = 300.0

Results = dict[str, float | int | None]


@dataclass(frozen=True)
class Bench:
    """`short` asks for a first impression: fewer and shorter runs. `busy` collects how much of a
    core the load generator took, by figure: near 1 it has measured itself."""

    lab: Lab
    tap: Tap
    short: bool
    say: Callable[[str], None]
    busy: dict[str, float] = field(default_factory=dict)

    def pick(self, short: float, full: float) -> float:
        return short if self.short else full

    @property
    def rounds(self) -> int:
        return 1 if self.short else 3

    async def quiet(self) -> None:
        """Wait until the carrier gets nothing any more."""
        deadline = time.monotonic() + LONGEST_SETTLE_SECONDS
        before = -1
        while (now := sum(self.tap.taken.values())) != before:
            if time.monotonic() > deadline:
                raise TimeoutError("the carrier is still being asked")
            before = now
            await asyncio.sleep(QUIET_SECONDS)

    async def settle(self) -> None:
        """Wait until nothing is left to do anywhere: what one figure leaves behind is no part of
        the next. With a service down only the carrier's silence can be waited for: `quiet`."""
        await self.quiet()
        await settled(
            self.lab.dsn, self.lab.environment["SEGUE_KAFKA_BOOTSTRAP"], LONGEST_SETTLE_SECONDS
        )

    @contextmanager
    def loading(self, figure: str) -> Iterator[None]:
        """Measure how busy this process is meanwhile; the busiest stretch counts."""
        started, used = time.monotonic(), time.process_time()
        yield
        share = (time.process_time() - used) / (time.monotonic() - started)
        self.busy[figure] = max(share, self.busy.get(figure, 0.0))

"""What a figure is given: the lab, the tap, and how long it may take."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.lab import Lab
from bench.tap import Tap

QUIET_SECONDS = 1.0
LONGEST_SETTLE_SECONDS = 90.0

Results = dict[str, float | int | None]


@dataclass(frozen=True)
class Bench:
    """`short` asks for a first impression: fewer and shorter runs."""

    lab: Lab
    tap: Tap
    short: bool
    say: Callable[[str], None]

    def pick(self, short: float, full: float) -> float:
        return short if self.short else full

    @property
    def rounds(self) -> int:
        return 1 if self.short else 3

    async def settle(self) -> None:
        """Wait until the carrier gets nothing any more: what was asked is answered."""
        deadline = time.monotonic() + LONGEST_SETTLE_SECONDS
        before = -1
        while (now := sum(self.tap.taken.values())) != before:
            if time.monotonic() > deadline:
                raise TimeoutError("the carrier is still being asked")
            before = now
            await asyncio.sleep(QUIET_SECONDS)

"""Leads who write and wait for their answers: a closed loop of so many conversations at once."""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.tap import Tap
from bench.webhooks import Provider

ANSWER_SECONDS = 60.0
# What leads write, one turn each; a conversation has all of them, then a new lead comes.
WORDS = (
    "Hi, I would like to know more about whitening my teeth",
    "My teeth got a bit yellow over the years",
    "I was thinking of around 300 dollars",
    "Do I have to fast before it?",
    "My wife and I will talk about it",
    "It is not urgent, maybe next year",
)
# Anywhere, so that a second run on kept state meets no lead of the first.
_numbers = itertools.count(random.randrange(2_000_000, 8_000_000))


def new_number() -> str:
    """A number that nobody had in this run."""
    return f"+1212{next(_numbers)}"


@dataclass
class Loop:
    """So many leads at once; `answers` counts messages answered, `waits` how long each took."""

    provider: Provider
    tap: Tap
    words: Sequence[str] = WORDS
    answers: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)

    async def one_lead(self) -> None:
        """A whole conversation."""
        number = new_number()
        for text in self.words:
            await self.ask(number, text)

    async def ask(self, number: str, text: str) -> float:
        """Write, and wait for the carrier to be asked; milliseconds from the post to there."""
        self.tap.forget("message", number)
        posted = await self.provider.says(number, text)
        if posted.status != 200:
            self.refused += 1
            await asyncio.sleep(1.0)
            return float("nan")
        taken = await self.tap.next("message", number, ANSWER_SECONDS)
        wait = (taken.at - posted.sent) / 1e6
        self.answers += 1
        self.waits.append(wait)
        return wait

    async def _lead_after_lead(self) -> None:
        while True:
            await self.one_lead()

    async def rate(self, leads: int, warm_up: float, seconds: float) -> float:
        """Messages answered per second, once the loop has run for `warm_up` seconds."""
        tasks = [asyncio.create_task(self._lead_after_lead()) for _ in range(leads)]
        try:
            await _sleep_unless_failed(tasks, warm_up)
            started, before = time.monotonic(), self.answers
            self.waits.clear()
            await _sleep_unless_failed(tasks, seconds)
            if self.answers == before:
                raise RuntimeError(
                    f"nothing was answered in {seconds:.0f} s, {self.refused} refused"
                )
            return (self.answers - before) / (time.monotonic() - started)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _sleep_unless_failed(tasks: Sequence[asyncio.Task[None]], seconds: float) -> None:
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()

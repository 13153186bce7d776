"""How long the provider waits for its 2xx at 200 webhooks a second."""

import asyncio
import time
from dataclasses import dataclass, field

from bench.bench import Bench, Results
from bench.figures.numbers import median, percentile
from bench.load import WORDS, Loop, new_number
from bench.webhooks import Provider

PER_SECOND = 200
# Before the system has seen how fast it answers, it lets little in.
WARM_UP_LEADS = 50


@dataclass
class Acks:
    """Milliseconds from a webhook's turn to its 2xx, and how many got something else: the provider
    tries those again."""

    waits: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def p99(self) -> float:
        return percentile(self.waits, 0.99)


async def measure(bench: Bench) -> Results:
    """An open loop of leads who write once or a few times; baseline and system take turns."""
    seconds = bench.pick(8, 15)
    await _warm_up(bench)
    ours, theirs = [], []
    for _ in range(bench.rounds):
        theirs.append(await _acks(bench, bench.lab.baseline, seconds))
        ours.append(await _acks(bench, bench.lab.ingest, seconds))
        bench.say(
            f"webhook_ack: p50 {percentile(ours[-1].waits, 0.5):.1f}, p99 {ours[-1].p99:.1f}, "
            f"baseline {theirs[-1].p99:.1f} ms; {ours[-1].refused} refused"
        )
    return {
        "webhook_ack.p50_ms": median([percentile(acks.waits, 0.5) for acks in ours]),
        "webhook_ack.p99_ms": median([acks.p99 for acks in ours]),
        "webhook_ack.baseline_p99_ms": median([acks.p99 for acks in theirs]),
        "webhook_ack.ratio": median([a.p99 / b.p99 for a, b in zip(ours, theirs, strict=True)]),
        "webhook_ack.refused": median([acks.refused / (PER_SECOND * seconds) for acks in ours]),
    }


async def _warm_up(bench: Bench) -> None:
    provider = Provider(bench.lab.ingest)
    await Loop(provider, bench.tap).rate(WARM_UP_LEADS, 0, 5)
    provider.close()
    await bench.settle()


async def _acks(bench: Bench, url: str, seconds: float) -> Acks:
    """Waiting for a connection counts; the first second, in which they are made, doesn't."""
    provider = Provider(url, lines=256)
    numbers = [new_number() for _ in range(PER_SECOND * 4)]
    acks = Acks()

    async def post(index: int, due: float, text: str) -> None:
        posted = await provider.says(numbers[index % len(numbers)], text)
        if posted.status != 200:
            acks.refused += 1
        elif index >= PER_SECOND:
            acks.waits.append((posted.answered / 1e9 - due) * 1e3)

    started = time.monotonic()
    with bench.loading("webhook_ack"):
        async with asyncio.TaskGroup() as tasks:
            for index in range(int(PER_SECOND * seconds)):
                due = started + index / PER_SECOND
                await asyncio.sleep(max(due - time.monotonic(), 0))
                text = WORDS[index // len(numbers) % len(WORDS)]
                tasks.create_task(post(index, due, text))
    provider.close()
    await bench.settle()
    if not acks.waits:
        raise RuntimeError(f"all {acks.refused} webhooks were refused")
    return acks

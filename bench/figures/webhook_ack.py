"""How long the provider waits for its 2xx at 200 webhooks a second."""

import asyncio
import time
from collections import Counter

from bench.bench import Bench, Results
from bench.figures.numbers import median, percentile
from bench.load import WORDS, new_number
from bench.webhooks import Provider

PER_SECOND = 200
# A provider tries again what is refused, but it is no ack.
MOST_REFUSED = 0.01


async def measure(bench: Bench) -> Results:
    """An open loop of leads who write once or a few times; baseline and system take turns."""
    seconds = bench.pick(8, 15)
    p50, p99, base = [], [], []
    for _ in range(bench.rounds):
        with bench.loading("webhook_ack"):
            theirs = await _acks(bench.lab.baseline, seconds)
        await bench.settle()
        with bench.loading("webhook_ack"):
            ours = await _acks(bench.lab.ingest, seconds)
        await bench.settle()
        p50.append(percentile(ours, 0.5))
        p99.append(percentile(ours, 0.99))
        base.append(percentile(theirs, 0.99))
        bench.say(f"webhook_ack: p50 {p50[-1]:.1f}, p99 {p99[-1]:.1f}, baseline {base[-1]:.1f} ms")
    return {
        "webhook_ack.p50_ms": median(p50),
        "webhook_ack.p99_ms": median(p99),
        "webhook_ack.baseline_p99_ms": median(base),
        "webhook_ack.ratio": median(
            [ours / theirs for ours, theirs in zip(p99, base, strict=True)]
        ),
    }


async def _acks(url: str, seconds: float) -> list[float]:
    """Milliseconds from a webhook's turn to its answer, waiting for a connection included."""
    provider = Provider(url, lines=256)
    numbers = [new_number() for _ in range(PER_SECOND * 4)]
    waits: list[float] = []
    refused: Counter[int] = Counter()

    async def post(due: float, number: str, text: str) -> None:
        posted = await provider.says(number, text)
        if posted.status == 200:
            waits.append((posted.answered / 1e9 - due) * 1e3)
        else:
            refused[posted.status] += 1

    started = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for index in range(int(PER_SECOND * seconds)):
            due = started + index / PER_SECOND
            await asyncio.sleep(max(due - time.monotonic(), 0))
            text = WORDS[index // len(numbers) % len(WORDS)]
            tasks.create_task(post(due, numbers[index % len(numbers)], text))
    provider.close()
    if refused.total() > MOST_REFUSED * PER_SECOND * seconds:
        raise RuntimeError(f"{PER_SECOND}/s is too much for this machine: refused {dict(refused)}")
    return waits[PER_SECOND:]

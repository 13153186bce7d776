"""How long one message takes from webhook to carrier when nothing else happens."""

import asyncio
import random

from bench.bench import Bench, Results
from bench.figures.numbers import median, percentile
from bench.load import WORDS, Loop, new_number
from bench.webhooks import Provider

# As long as a consumer may poll in vain, so that every moment of a poll is met.
LONGEST_PAUSE_SECONDS = 0.5


async def measure(bench: Bench) -> Results:
    """One message at a time; baseline and system take turns, lead by lead. The pause before each
    lead is as random as the moment at which one writes: whoever waits then has waited before."""
    loops = {
        "baseline": Loop(Provider(bench.lab.baseline, lines=1), bench.tap),
        "system": Loop(Provider(bench.lab.ingest, lines=1), bench.tap),
    }
    for loop in loops.values():
        await loop.one_lead()
    rounds = [await _round(loops, int(bench.pick(6, 15))) for _ in range(bench.rounds)]
    p50 = median([percentile(ours, 0.5) for ours, _ in rounds])
    return {
        "idle_latency.p50_ms": p50,
        "idle_latency.p99_ms": median([percentile(ours, 0.99) for ours, _ in rounds]),
        "idle_latency.baseline_p50_ms": median([percentile(base, 0.5) for _, base in rounds]),
        "idle_latency.ratio": median(
            [percentile(ours, 0.5) / percentile(base, 0.5) for ours, base in rounds]
        ),
    }


async def _round(loops: dict[str, Loop], leads: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each message through the system, and through the baseline."""
    for loop in loops.values():
        loop.waits.clear()
    for _ in range(leads):
        for loop in loops.values():
            number = new_number()
            for text in WORDS:
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
                await loop.ask(number, text)
    return list(loops["system"].waits), list(loops["baseline"].waits)

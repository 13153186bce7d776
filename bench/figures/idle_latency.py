"""How long one message takes from webhook to carrier when nothing else happens."""

from bench.bench import Bench, Results
from bench.figures.numbers import percentile
from bench.load import WORDS, Loop, new_number
from bench.webhooks import Provider


async def measure(bench: Bench) -> Results:
    """One message at a time; baseline and system take turns, lead by lead."""
    loops = {
        "baseline": Loop(Provider(bench.lab.baseline, lines=1), bench.tap),
        "system": Loop(Provider(bench.lab.ingest, lines=1), bench.tap),
    }
    for loop in loops.values():
        await loop.one_lead()
        loop.waits.clear()
    for _ in range(int(bench.pick(6, 40))):
        for loop in loops.values():
            number = new_number()
            for text in WORDS:
                await loop.ask(number, text)
    ours, theirs = loops["system"].waits, loops["baseline"].waits
    p50, base = percentile(ours, 0.5), percentile(theirs, 0.5)
    return {
        "idle_latency.p50_ms": p50,
        "idle_latency.p99_ms": percentile(ours, 0.99),
        "idle_latency.baseline_p50_ms": base,
        "idle_latency.ratio": p50 / base,
    }

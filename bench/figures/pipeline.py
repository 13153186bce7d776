"""How many messages a second go from webhook to carrier, beside the hand-written pipeline."""

from bench.bench import Bench, Results
from bench.figures.numbers import median, percentile
from bench.load import Loop
from bench.webhooks import Provider

LEADS = 300


async def measure(bench: Bench) -> Results:
    """A closed loop of 300 conversations; baseline and system take turns."""
    system, baseline = Provider(bench.lab.ingest), Provider(bench.lab.baseline)
    rates: dict[str, list[float]] = {"baseline": [], "system": []}
    for round_number in range(bench.rounds):
        for name, provider in (("baseline", baseline), ("system", system)):
            loop = Loop(provider, bench.tap)
            with bench.loading("pipeline"):
                rate = await loop.rate(LEADS, bench.pick(5, 8), bench.pick(10, 20))
            rates[name].append(rate)
            bench.say(
                f"pipeline {round_number + 1} {name}: {rate:.0f}/s, "
                f"p50 {percentile(loop.waits, 0.5):.0f} ms, refused {loop.refused}"
            )
            await bench.settle()
    ours, theirs = median(rates["system"]), median(rates["baseline"])
    return {
        "pipeline.messages_per_s": ours,
        "pipeline.baseline_messages_per_s": theirs,
        "pipeline.ratio": median(
            [s / b for s, b in zip(rates["system"], rates["baseline"], strict=True)]
        ),
    }

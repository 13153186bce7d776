"""How long from a message that asks for a call until the carrier is asked to ring: 20 leads/s."""

import asyncio
import time

from bench.bench import Bench, Results
from bench.calls import hang_up
from bench.figures.numbers import median, percentile
from bench.load import new_number
from bench.tap import Taken
from bench.webhooks import Provider

PER_SECOND = 20
WORDS = "Please call me, I would like a dental implant"
RINGS_SECONDS = 120.0


async def measure(bench: Bench) -> Results:
    """An open loop; every lead is a new one."""
    p50, p99 = [], []
    for _ in range(bench.rounds):
        waits = await _rings(bench, bench.pick(10, 30))
        p50.append(percentile(waits, 0.5))
        p99.append(percentile(waits, 0.99))
        bench.say(f"speed_to_lead: p50 {p50[-1]:.0f}, p99 {p99[-1]:.0f} ms")
    return {"speed_to_lead.p50_ms": median(p50), "speed_to_lead.p99_ms": median(p99)}


async def _rings(bench: Bench, seconds: float) -> list[float]:
    """Milliseconds from each webhook to its call, in the order of the leads; the first second,
    in which connections are made, is left out."""
    provider = Provider(bench.lab.ingest)
    rung: list[Taken] = []

    async def lead() -> float:
        number = new_number()
        posted = await provider.says(number, WORDS)
        if posted.status != 200:
            raise RuntimeError(f"a webhook got {posted.status}")
        call = await bench.tap.next("call", number, RINGS_SECONDS)
        rung.append(call)
        return (call.at - posted.sent) / 1e6

    started = time.monotonic()
    with bench.loading("speed_to_lead"):
        async with asyncio.TaskGroup() as tasks:
            leads = []
            for index in range(int(PER_SECOND * seconds)):
                await asyncio.sleep(max(started + index / PER_SECOND - time.monotonic(), 0))
                leads.append(tasks.create_task(lead()))
    provider.close()
    await hang_up(bench, rung, "no-answer")
    await bench.settle()
    return [lead.result() for lead in leads[PER_SECOND:]]

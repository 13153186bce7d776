"""How long from a message that asks for a call until the carrier is asked to ring: 20 leads/s."""

import asyncio
import time

from bench.bench import Bench, Results
from bench.figures.numbers import percentile
from bench.load import new_number
from bench.webhooks import Provider

PER_SECOND = 20
WORDS = "Please call me, I would like a dental implant"
RINGS_SECONDS = 60.0


async def measure(bench: Bench) -> Results:
    """An open loop; every lead is a new one."""
    waits = await rings(bench, "bench", bench.pick(10, 30))
    return {
        "speed_to_lead.p50_ms": percentile(waits, 0.5),
        "speed_to_lead.p99_ms": percentile(waits, 0.99),
    }


async def rings(bench: Bench, tenant: str, seconds: float) -> list[float]:
    """Milliseconds from each webhook to its call, in the order of the leads; the first second,
    in which connections are made, is left out."""
    provider = Provider(bench.lab.ingest)

    async def lead() -> float:
        number = new_number()
        posted = await provider.says(number, WORDS, tenant)
        if posted.status != 200:
            raise RuntimeError(f"a webhook got {posted.status}")
        rung = await bench.tap.next("call", number, RINGS_SECONDS)
        return (rung.at - posted.sent) / 1e6

    started = time.monotonic()
    leads = []
    for index in range(int(PER_SECOND * seconds)):
        await asyncio.sleep(max(started + index / PER_SECOND - time.monotonic(), 0))
        leads.append(asyncio.create_task(lead()))
    waits = await asyncio.gather(*leads)
    provider.close()
    return waits[PER_SECOND:]

"""Whether calls are placed as fast when the CRM's copy is stuck: crm-sync down, or the CRM slow."""

import asyncio
import time

from bench.bench import Bench, Results
from bench.figures.numbers import median
from bench.figures.speed_to_lead import PER_SECOND, WORDS
from bench.load import new_number
from bench.webhooks import Provider

TENANT = "slow-crm"
CRM_SECONDS = 5.0


async def measure(bench: Bench) -> Results:
    """Calls per second at 20 leads a second, the same in the three cases, in turns."""
    crm_sync = bench.lab.system.processes["crm-sync"]
    ratios: dict[str, list[float]] = {"down": [], "slow": []}
    for _ in range(bench.rounds):
        normal = await _calls_per_second(bench)
        bench.lab.delays(crm=CRM_SECONDS)
        slow = await _calls_per_second(bench)
        bench.lab.delays()
        await asyncio.to_thread(crm_sync.stop)
        down = await _calls_per_second(bench)
        crm_sync.start()
        await asyncio.to_thread(bench.lab.system.wait_ready)
        ratios["slow"].append(slow / normal)
        ratios["down"].append(down / normal)
        bench.say(f"isolation: {normal:.1f} calls/s, crm slow {slow:.1f}, crm-sync down {down:.1f}")
    slow, down = median(ratios["slow"]), median(ratios["down"])
    return {"isolation.ratio": min(slow, down), "isolation.slow": slow, "isolation.down": down}


async def _calls_per_second(bench: Bench) -> float:
    """Calls at the carrier while leads come, counted once the first ones have got through."""
    seconds = bench.pick(8, 15)
    provider = Provider(bench.lab.ingest)
    posts = []
    started, before = time.monotonic(), 0
    for index in range(int(PER_SECOND * seconds)):
        await asyncio.sleep(max(started + index / PER_SECOND - time.monotonic(), 0))
        if index == 2 * PER_SECOND:
            measured_from, before = time.monotonic(), bench.tap.taken["call"]
        posts.append(asyncio.create_task(provider.says(new_number(), WORDS, TENANT)))
    rate = (bench.tap.taken["call"] - before) / (time.monotonic() - measured_from)
    await asyncio.gather(*posts)
    await bench.settle()
    provider.close()
    return rate

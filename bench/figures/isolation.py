"""Whether calls are placed as fast when the CRM's copy is stuck: crm-sync down, or the CRM slow."""

import asyncio
import time

from bench.bench import Bench, Results
from bench.calls import hang_up
from bench.figures.numbers import median
from bench.figures.speed_to_lead import PER_SECOND, WORDS
from bench.load import new_number
from bench.tap import Taken
from bench.webhooks import Provider

TENANT = "slow-crm"
CRM_SECONDS = 5.0
# Until the first leads have got through; what is placed after this counts.
WARM_UP_SECONDS = 2


async def measure(bench: Bench) -> Results:
    """Calls per second at 20 leads a second, the same in the three cases, in turns."""
    crm_sync = bench.lab.system.processes["crm-sync"]
    ratios: dict[str, list[float]] = {"down": [], "slow": []}
    for _ in range(bench.rounds):
        normal = await _calls_per_second(bench)
        await bench.settle()
        bench.lab.delays(crm=CRM_SECONDS)
        slow = await _calls_per_second(bench)
        bench.lab.delays()
        await bench.settle()
        await asyncio.to_thread(crm_sync.stop)
        try:
            down = await _calls_per_second(bench)
        finally:
            crm_sync.start()
            await asyncio.to_thread(bench.lab.system.wait_ready)
        await bench.settle()
        ratios["slow"].append(slow / normal)
        ratios["down"].append(down / normal)
        bench.say(f"isolation: {normal:.1f} calls/s, crm slow {slow:.1f}, crm-sync down {down:.1f}")
    slow, down = median(ratios["slow"]), median(ratios["down"])
    return {"isolation.ratio": min(slow, down), "isolation.slow": slow, "isolation.down": down}


async def _calls_per_second(bench: Bench) -> float:
    """Calls at the carrier while leads come, counted once the first ones have got through."""
    provider = Provider(bench.lab.ingest)
    rung: list[Taken] = []
    bench.tap.on_taken = lambda taken: rung.append(taken) if taken.kind == "call" else None
    started = time.monotonic()
    measured_from, before = started, 0
    with bench.loading("isolation"):
        async with asyncio.TaskGroup() as posts:
            for index in range(int(PER_SECOND * bench.pick(8, 15))):
                await asyncio.sleep(max(started + index / PER_SECOND - time.monotonic(), 0))
                if index == WARM_UP_SECONDS * PER_SECOND:
                    measured_from, before = time.monotonic(), len(rung)
                posts.create_task(provider.says(new_number(), WORDS, TENANT))
    rate = (len(rung) - before) / (time.monotonic() - measured_from)
    await bench.quiet()
    bench.tap.on_taken = None
    provider.close()
    await hang_up(bench, rung, "no-answer")
    return rate

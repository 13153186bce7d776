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
# Placed while connections are made and the first lead's way is found.
WARM_UP_CALLS = 40


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


async def _says(provider: Provider) -> None:
    posted = await provider.says(new_number(), WORDS, TENANT)
    if posted.status != 200:
        raise RuntimeError(f"a webhook got {posted.status}")


async def _calls_per_second(bench: Bench) -> float:
    """The rate at which the calls of leads that come at 20 a second are placed, from the first one
    that counts to the last: a system that falls behind places them later."""
    provider = Provider(bench.lab.ingest)
    rung: list[Taken] = []
    bench.tap.on_taken = lambda taken: rung.append(taken) if taken.kind == "call" else None
    started, leads = time.monotonic(), int(PER_SECOND * bench.pick(8, 15))
    with bench.loading("isolation"):
        async with asyncio.TaskGroup() as posts:
            for index in range(leads):
                await asyncio.sleep(max(started + index / PER_SECOND - time.monotonic(), 0))
                posts.create_task(_says(provider))
        await bench.quiet()
    bench.tap.on_taken = None
    provider.close()
    if len(rung) < leads:
        raise RuntimeError(f"only {len(rung)} of {leads} calls were placed")
    await hang_up(bench, rung, "no-answer")
    await bench.quiet()
    placed = sorted(call.at for call in rung)[WARM_UP_CALLS:]
    return (len(placed) - 1) / ((placed[-1] - placed[0]) / 1e9)

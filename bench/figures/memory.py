"""What each service holds in memory, idle and under load; measured before anything else."""

import re
from pathlib import Path

from segue_common.runtime.settings import SERVICE_PORTS

from bench.bench import Bench, Results
from bench.load import Loop
from bench.webhooks import Provider

LEADS = 100


async def measure(bench: Bench) -> Results:
    """Resident memory in MB, shared pages included; under load the highest so far."""
    results: Results = {}
    for service in SERVICE_PORTS:
        results[f"memory.{_key(service)}_mb"] = resident(bench, service)
    provider = Provider(bench.lab.ingest)
    await Loop(provider, bench.tap).rate(LEADS, 0, bench.pick(10, 30))
    await bench.settle()
    provider.close()
    for service in SERVICE_PORTS:
        results[f"memory.{_key(service)}_load_mb"] = resident(bench, service, "VmHWM")
    return results


def resident(bench: Bench, service: str, field: str = "VmRSS") -> float:
    """MB of a service's process now, or its peak (`VmHWM`)."""
    pid = bench.lab.system.processes[service].pid
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def _key(service: str) -> str:
    return service.replace("-", "_")

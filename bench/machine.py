"""On what was measured: the machine and the versions."""

import os
import platform
from importlib.metadata import version

import psycopg
from segue_local.stack.jars import KAFKA_VERSION

from bench.lab import Lab

PACKAGES = ("aiokafka", "faststream", "psycopg", "pydantic", "starlette", "uvicorn", "uvloop")


def machine(lab: Lab) -> dict[str, object]:
    """Cores, memory, versions, and how busy the machine was with other things."""
    with psycopg.connect(lab.dsn) as conn:
        row = conn.execute("SHOW server_version").fetchone()
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    embedded = "SEGUE_KAFKA_BOOTSTRAP" not in os.environ
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages * size / 2**30, 1),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "kafka": KAFKA_VERSION if embedded else "configured",
        "postgres": row[0] if row else "unknown",
        "packages": {name: version(name) for name in PACKAGES},
        "load_average_at_start": [round(load, 2) for load in os.getloadavg()],
    }

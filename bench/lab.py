"""Everything that is measured, running: the system, the baseline and the stand-ins."""

import asyncio
import contextlib
import random
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from segue_common.runtime.settings import SERVICE_PORTS
from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from segue_local.stack.ports import FREE_RANGE, Ports, is_free
from segue_local.stack.spawn import spawn
from segue_local.system import Options, System

HERE = Path(__file__).parent
TENANTS = HERE / "tenants"
PARTITIONS = 6
HOPS = (("route", "inbound"), ("agent", "turns"), ("gate", "replies"), ("deliver", "outbound"))
START_SECONDS = 60.0


@dataclass
class Lab:
    """Addresses of what runs, and its processes by name."""

    system: System
    environment: dict[str, str]
    logs: Path
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def ingest(self) -> str:
        return self.system.processes["ingest"].url

    @property
    def baseline(self) -> str:
        return f"http://127.0.0.1:{self.ports['baseline']}"

    @property
    def stand_ins(self) -> str:
        return f"http://127.0.0.1:{self.ports['stand-ins']}"

    @property
    def dsn(self) -> str:
        return self.environment["SEGUE_POSTGRES_DSN"]

    def start(self, name: str, *command: str) -> None:
        """A process of our own, which ends with us."""
        self.processes[name] = spawn(
            [sys.executable, "-m", *command],
            log=self.logs / f"{name}.log",
            cwd=HERE.parent,
            death_signal=signal.SIGTERM,
            environment=self.environment,
        )

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(20)

    def delays(self, *, crm: float = 0.0, model: float = 0.0) -> None:
        """How long the stand-in CRM and model take from now on, in seconds."""
        url = f"{self.stand_ins}/delays?crm={crm}&model={model}"
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 loopback

    def start_baseline(self) -> None:
        """The hand-written pipeline; returns once its web process answers."""
        carrier = f"{self.stand_ins}/2010-04-01/Accounts/{DEFAULT_ACCOUNT}/Messages.json"
        targets = [f"bench.{topic}" for _, topic in HOPS[1:]] + [carrier]
        for (name, source), target in zip(HOPS, targets, strict=True):
            self.start(name, "bench.baseline.hop", name, f"bench.{source}", target)
        self.start(
            "web", "uvicorn", "bench.baseline.web:app", "--port", str(self.ports["baseline"]),
            "--log-level", "warning", "--no-access-log",
        )  # fmt: skip
        wait_for(self.baseline, "the baseline")


@contextlib.contextmanager
def running(state: Path, environment: Mapping[str, str]) -> Iterator[Lab]:
    """Start the stand-ins and the system, durable, on a new state folder."""
    ports = free_ports([*SERVICE_PORTS, "stand-ins", "tap", "baseline"])
    stand_ins = f"http://127.0.0.1:{ports['stand-ins']}"
    own = {
        "SEGUE_TENANTS": str(TENANTS),
        "SEGUE_TWILIO_API_BASE": stand_ins,
        "SEGUE_CHAT_SESSIONS_PER_MINUTE": "100000",
        # More is sent on purpose than can be answered: what is measured is not who is refused.
        "SEGUE_INTAKE_SECONDS": "600",
        "SEGUE_INTAKE_AT_ONCE": "10000",
        "TWILIO_ACCOUNT_SID": DEFAULT_ACCOUNT,
        "TWILIO_AUTH_TOKEN": DEFAULT_TOKEN,
        "BENCH_CRM_URL": f"{stand_ins}/crm",
        "BENCH_CRM_SECRET": secrets.token_hex(16),
        "OPENAI_API_KEY": "",
        **environment,
    }
    service_ports = {name: ports[name] for name in SERVICE_PORTS}
    system = System(
        Options(
            state,
            simulator=False,
            durable=True,
            ports=service_ports,
            environment=own,
            server_ports=Ports.free(),
        )
    )
    state.mkdir(parents=True, exist_ok=True)
    (state / "logs").mkdir(exist_ok=True)
    lab = Lab(system, {}, state / "logs", ports)
    try:
        lab.start(
            "stand-ins", "bench.stand_ins",
            "--port", str(ports["stand-ins"]), "--tap-port", str(ports["tap"]),
        )  # fmt: skip
        wait_for(stand_ins, "the stand-ins")
        with system:
            lab.environment = {**system.environment, "BENCH_DSN": _database(system)}
            asyncio.run(_topics(system.environment["SEGUE_KAFKA_BOOTSTRAP"]))
            try:
                yield lab
            finally:
                # While Kafka still runs, which they take leave of.
                for name in [*lab.processes]:
                    if name != "stand-ins":
                        lab.stop(name)
    finally:
        for name in [*lab.processes]:
            lab.stop(name)


def free_ports(names: list[str]) -> dict[str, int]:
    """A port for each name, anywhere, so that two labs that start at once don't take the same."""
    free = (port for port in random.sample(FREE_RANGE, len(FREE_RANGE)) if is_free(port))
    return {name: next(free) for name in names}


def wait_for(url: str, what: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{what} does not answer at {url}")


def _database(system: System) -> str:
    """A database of the baseline's own, on the same server."""
    dsn = system.environment["SEGUE_POSTGRES_DSN"]
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("CREATE DATABASE baseline")
    return dsn.rpartition("/")[0] + "/baseline"


async def _topics(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(f"bench.{topic}", PARTITIONS, 1) for _, topic in HOPS])
    finally:
        await admin.close()
    await asyncio.sleep(1.0)

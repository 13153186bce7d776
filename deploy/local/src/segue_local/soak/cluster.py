"""The whole system with two replicas of every service, each of which can be killed alone."""

import asyncio
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

from segue_common.runtime.settings import SERVICE_PORTS

from segue_local.simulator import DEFAULT_ACCOUNT, CarrierSimulator, RetryPolicy, TenantLine
from segue_local.soak.front import Front
from segue_local.soak.plan import SERVERS, TENANTS
from segue_local.stack.running import Name
from segue_local.stack.server import Server
from segue_local.system import Options, ServiceProcess, System
from segue_local.system.environment import DEMO_TENANTS
from segue_local.system.secrets import simulated_account
from segue_local.system.system import RESTART_SECONDS

READY_SECONDS = 120.0
LOOK_SECONDS = 0.3
FRONTED = ("ingest", "voice-bridge")
# A job of a killed process is taken up when its lease has run out.
LEASE_SECONDS = "12"


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def write_tenants(folder: Path) -> Path:
    """The run's tenants: the demo's, once for each name and number."""
    text = (DEMO_TENANTS / "acme-dental.yaml").read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for tenant, number in TENANTS.items():
        mine = text.replace("+15005550006", number).replace("acme-dental", tenant)
        (folder / f"{tenant}.yaml").write_text(mine, encoding="utf-8")
        knowledge = DEMO_TENANTS / "knowledge" / "acme-dental"
        shutil.copytree(knowledge, folder / "knowledge" / tenant, dirs_exist_ok=True)
    return folder


@dataclass
class _Kept:
    """A replica that should run, or is down on purpose; how often it has ended by itself, and when
    it is started again."""

    process: ServiceProcess
    wanted: bool = True
    failures: int = 0
    again_at: float | None = None

    def start(self, **environment: str) -> None:
        self.process.start(**environment)
        self.wanted, self.again_at = True, None


class Cluster:
    """An async context manager: entering starts everything, leaving stops it.

    A process that ends by itself is started again, as any supervisor would.
    """

    def __init__(
        self, state: Path, *, replicas: bool = True, environment: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._say = say
        names = [*SERVICE_PORTS, *(f"{name}-2" for name in SERVICE_PORTS if replicas)]
        ports = free_ports(len(names) + len(FRONTED) + 1)
        self._ports = dict(
            zip([*names, *(f"{name}-front" for name in FRONTED), "carrier"], ports, strict=True)
        )
        self.fronts = {name: self._front(name) for name in FRONTED}
        self.carrier = CarrierSimulator(
            port=self._ports["carrier"],
            tenants=[TenantLine(name, DEFAULT_ACCOUNT, number) for name, number in TENANTS.items()],
            system_url=self.fronts["ingest"].url,
            voice_url=self.fronts["voice-bridge"].url,
            public_url=self.fronts["ingest"].url,
            # It goes on for minutes, as a broker that starts on a busy machine may take one: what
            # is refused for good tells nothing.
            retry=RetryPolicy(attempts=40, first=0.2, longest=4.0),
        )
        self.system = System(self._options(state, environment or {}), say)
        self.kept: dict[str, _Kept] = {}
        self._frozen: dict[str, int] = {}
        self._open = AsyncExitStack()

    def _front(self, service: str) -> Front:
        backends = [self._ports[n] for n in (service, f"{service}-2") if n in self._ports]
        return Front(self._ports[f"{service}-front"], backends)

    def _options(self, state: Path, more: Mapping[str, str]) -> Options:
        environment = {
            "SEGUE_TENANTS": str(write_tenants(state / "tenants")),
            "SEGUE_PUBLIC_URL": self.fronts["ingest"].url,
            "SEGUE_INGEST_URL": self.fronts["ingest"].url,
            "SEGUE_TWILIO_API_BASE": self.carrier.url,
            "SEGUE_JOB_LEASE_SECONDS": LEASE_SECONDS,
            **simulated_account(),
            **more,
        }
        # Durable, because what a killed Postgres has confirmed must be there afterwards.
        ports = {name: self._ports[name] for name in SERVICE_PORTS}
        return Options(state, simulator=False, durable=True, ports=ports, environment=environment)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.carrier)
            for front in self.fronts.values():
                await opening.enter_async_context(front)
            opening.push_async_callback(asyncio.to_thread, self._stop)
            await asyncio.to_thread(self._start)
            keeping = asyncio.create_task(self._keep())
            opening.push_async_callback(_ended, keeping)
            self._open = opening.pop_all()
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def dsn(self) -> str:
        return self.system.environment["SEGUE_POSTGRES_DSN"]

    @property
    def bootstrap(self) -> str:
        return self.system.environment["SEGUE_KAFKA_BOOTSTRAP"]

    @property
    def pids(self) -> dict[str, int]:
        """The services' processes that run now."""
        return {name: one.process.pid for name, one in self.kept.items() if one.process.pid}

    def _start(self) -> None:
        self.system.start()
        self.kept = {name: _Kept(process) for name, process in self.system.processes.items()}
        for name, port in self._ports.items():
            service = name.removesuffix("-2")
            if name != service and service in SERVICE_PORTS:
                self.kept[name] = _Kept(self.system.replica(service, port))
                self.kept[name].process.start()

    def _stop(self) -> None:
        for one in self.kept.values():
            one.process.ask_to_stop()
        for one in self.kept.values():
            one.process.stop()
        self.system.stop()

    async def down(self, target: str, *, how: str = "kill") -> None:
        """Take a server or a replica away: by SIGKILL, asked to leave, or made to stand still."""
        self._say(f"{how} {target}")
        if target in SERVERS:
            await asyncio.to_thread(self._server(target).kill)
            return
        if how == "freeze":
            self.pause(target)
            return
        one = self.kept[target]
        one.wanted = False
        await asyncio.to_thread(one.process.kill if how == "kill" else one.process.stop)

    async def up(self, target: str) -> None:
        """Bring it back; a server answers again when this returns."""
        self._say(f"start {target}")
        if target in self._frozen:
            self.resume(target)
            return
        if target not in SERVERS:
            # One that was to be frozen may have ended by itself before, and be there again.
            one = self.kept[target]
            if one.process.pid is None:
                one.start()
            return
        server = self._server(target)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.wait_ready, READY_SECONDS)

    async def restart(self, target: str, **environment: str) -> None:
        """Have a replica leave, and come back with these variables besides its own."""
        await self.down(target, how="leave")
        self.kept[target].start(**environment)

    def pause(self, target: str) -> None:
        """SIGSTOP: the process lives, and does nothing."""
        pid = self.pids.get(target)
        if pid is not None:
            os.kill(pid, signal.SIGSTOP)
            self._frozen[target] = pid

    def resume(self, target: str) -> None:
        pid = self._frozen.pop(target)
        if self.pids.get(target) == pid:
            os.kill(pid, signal.SIGCONT)

    async def ready(self, names: Sequence[str] = (), seconds: float = READY_SECONDS) -> None:
        """Wait until replicas, by default all, answer ready; TimeoutError says which don't."""
        deadline = time.monotonic() + seconds
        for name in names or [*self.kept]:
            while problem := await asyncio.to_thread(self.kept[name].process.problem):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{name} is not ready after {seconds:g} s: {problem}")
                await asyncio.sleep(LOOK_SECONDS)

    def _server(self, name: str) -> Server:
        stack = self.system.stack
        if stack is None or name not in SERVERS:
            raise LookupError(f"{name} is not a server of this run")
        return stack.server(cast("Name", name))

    async def _keep(self) -> None:
        while True:
            for name, one in self.kept.items():
                if one.wanted and one.process.exit_code is not None:
                    self._start_again(name, one, time.monotonic())
            await asyncio.sleep(LOOK_SECONDS)

    def _start_again(self, name: str, one: _Kept, now: float) -> None:
        """Later each time: processes that start in vain would take the machine from the server
        that they need."""
        if one.again_at is None:
            pause = RESTART_SECONDS[min(one.failures, len(RESTART_SECONDS) - 1)]
            code = one.process.exit_code
            self._say(f"{name} ended by itself with code {code}; again in {pause:g} s")
            one.failures, one.again_at = one.failures + 1, now + pause
        elif now >= one.again_at:
            one.start()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

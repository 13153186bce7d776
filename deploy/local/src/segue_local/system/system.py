"""Starts everything in order, watches over it, and stops it in order."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from segue_common.cli.local_environment import forget_local_environment, write_local_environment
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import SERVICE_PORTS, KafkaSettings, load
from segue_common.tenants import Tenant, load_tenants

from segue_local.stack import Name, Ports, RunningStack, start_stack
from segue_local.system.environment import base_environment, choose_ports, port_variable
from segue_local.system.errors import ProcessFailed, SystemFailure
from segue_local.system.process import ServiceProcess

CONFIGURED_BY: dict[Name, str] = {
    "kafka": "SEGUE_KAFKA_BOOTSTRAP",
    "postgres": "SEGUE_POSTGRES_DSN",
    "valkey": "SEGUE_REDIS_URL",
}
# A busy machine is slow to start seven processes at once; that is no error.
READY_SECONDS = 180.0
# A process that dies again and again is given more and more time.
RESTART_SECONDS = (1.0, 2.0, 5.0, 15.0)


@dataclass(frozen=True)
class Options:
    """What to start: `ports` overrides single services', `server_ports` the servers' as a whole;
    `environment` is added to every process's."""

    state: Path
    simulator: bool = True
    durable: bool = True
    ports: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    server_ports: Ports | None = None


class System:
    """A context manager: entering starts everything, leaving stops it."""

    def __init__(self, options: Options, say: Callable[[str], None] = lambda _: None) -> None:
        self.options = options
        self.say = say
        self.stack: RunningStack | None = None
        self.environment: dict[str, str] = {}
        self.tenants: dict[str, Tenant] = {}
        self.processes: dict[str, ServiceProcess] = {}
        self._stopping = threading.Event()
        self._announced = False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Servers, topics, simulator, services; returns when every service is ready."""
        state = self.options.state.resolve()
        (state / "logs").mkdir(parents=True, exist_ok=True)
        ports = choose_ports(self.options.ports, simulator=self.options.simulator)
        self.environment = {
            **base_environment(state, ports),
            **{port_variable(name): str(port) for name, port in ports.items()},
            **self.options.environment,
        }
        self.tenants = load_tenants(
            Path(self.environment["SEGUE_TENANTS"]), {**os.environ, **self.environment}
        )
        self._start_servers()
        if created := asyncio.run(create_topics(self._kafka())):
            self.say(f"created {len(created)} topics")
        if self.options.simulator:
            self.processes["simulator"] = self._simulator(ports)
        for service in SERVICE_PORTS:
            self.processes[service] = self._service(service, ports[service], service)
        for process in self.processes.values():
            process.start()
        self.wait_ready()
        write_local_environment(state, self.environment)
        self._announced = True

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until every process answers ready; `ProcessFailed` says which doesn't and why."""
        deadline = time.monotonic() + seconds
        waiting = dict(self.processes)
        while waiting:
            for name, process in list(waiting.items()):
                if process.exit_code is not None:
                    raise ProcessFailed(
                        f"{name} ended with code {process.exit_code} at its start. The end of "
                        f"{process.log}:\n{process.log_tail()}"
                    )
                problem = process.problem()
                if problem is None:
                    del waiting[name]
                elif time.monotonic() > deadline:
                    raise ProcessFailed(f"{name} is not ready after {seconds:g} s: {problem}")
            if waiting:
                time.sleep(0.1)

    def watch(self) -> None:
        """Start again what dies, until `stop` is called or a server ends."""
        failures: dict[str, int] = {}
        while not self._stopping.wait(0.5):
            for name, process in self.processes.items():
                if process.exit_code is not None:
                    self._restart(name, process, failures)
            for server, code in (self.stack.ended if self.stack else {}).items():
                raise SystemFailure(
                    f"{server} ended with code {code}; see {self.options.state / 'servers/logs'}. "
                    "Start again: the state is kept."
                )

    def _restart(self, name: str, process: ServiceProcess, failures: dict[str, int]) -> None:
        count = failures.get(name, 0)
        pause = RESTART_SECONDS[min(count, len(RESTART_SECONDS) - 1)]
        self.say(f"{name} ended with code {process.exit_code}; starting it again in {pause:g} s")
        if not self._stopping.wait(pause):
            failures[name] = count + 1
            process.start()

    def stop(self) -> None:
        """The processes first, all at once, then the servers."""
        self._stopping.set()
        if self._announced:
            forget_local_environment(self.options.state)
        for process in self.processes.values():
            process.ask_to_stop()
        for process in self.processes.values():
            process.stop()
        if self.stack:
            self.stack.stop()
            self.stack = None

    def replica(self, service: str, port: int, number: int = 2) -> ServiceProcess:
        """Another process of a service, not yet started; whoever asks for it stops it."""
        return self._service(service, port, f"{service}-{number}")

    def _start_servers(self) -> None:
        need = {name for name, variable in CONFIGURED_BY.items() if not os.environ.get(variable)}
        if not need:
            return
        stack = self.stack = start_stack(
            self.options.state / "servers",
            ports=self.options.server_ports,
            need=need,
            say=self.say,
            durable=self.options.durable,
        )
        if "kafka" in need:
            self.environment["SEGUE_KAFKA_BOOTSTRAP"] = stack.kafka_bootstrap
        if "postgres" in need:
            self.environment["SEGUE_POSTGRES_DSN"] = stack.postgres_dsn
        if "valkey" in need:
            self.environment["SEGUE_REDIS_URL"] = stack.redis_url

    def _kafka(self) -> KafkaSettings:
        embedded = self.environment.get("SEGUE_KAFKA_BOOTSTRAP")
        return KafkaSettings(bootstrap=embedded) if embedded else load(KafkaSettings)

    def _service(self, service: str, port: int, name: str) -> ServiceProcess:
        return ServiceProcess(
            name,
            f"segue_{service.replace('-', '_')}",
            port=port,
            environment={**self.environment, port_variable(service): str(port)},
            log=self.options.state / "logs" / f"{name}.log",
        )

    def _simulator(self, ports: Mapping[str, int]) -> ServiceProcess:
        arguments = [
            "--port", str(ports["simulator"]),
            "--system-url", f"http://127.0.0.1:{ports['ingest']}",
            "--voice-url", f"http://127.0.0.1:{ports['voice-bridge']}",
            "--public-url", self.environment["SEGUE_PUBLIC_URL"],
        ]  # fmt: skip
        for tenant in self.tenants.values():
            if tenant.channels.twilio:
                arguments += ["--tenant", f"{tenant.tenant}={tenant.channels.twilio.sms_from}"]
        return ServiceProcess(
            "simulator",
            "segue_local.simulator",
            port=ports["simulator"],
            environment=self.environment,
            log=self.options.state / "logs" / "simulator.log",
            arguments=tuple(arguments),
            ready_path="/_sim/calls",
        )

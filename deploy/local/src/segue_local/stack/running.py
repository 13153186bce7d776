"""The stack as a whole: starts the servers that are needed together, stops them in order."""

import contextlib
import threading
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from segue_local.stack.errors import NotStartedError
from segue_local.stack.folder import MIN_FREE_BYTES, StateFolder, explained, require_space
from segue_local.stack.kafka import Kafka
from segue_local.stack.ports import Ports, choose
from segue_local.stack.postgres import Postgres
from segue_local.stack.server import READY_SECONDS, Server, quiet
from segue_local.stack.valkey import Valkey

Name = Literal["kafka", "postgres", "valkey"]
ALL: frozenset[Name] = frozenset({"kafka", "postgres", "valkey"})
STOP_ORDER: tuple[Name, ...] = ("valkey", "postgres", "kafka")


class RunningStack:
    """Servers that answer. A context manager: leaving it stops them and frees the folder."""

    def __init__(self, folder: StateFolder, ports: Ports, servers: dict[Name, Server]) -> None:
        self.ports = ports
        self._folder = folder
        self._servers = servers

    @property
    def kafka_bootstrap(self) -> str:
        """`host:port`."""
        return self.server("kafka").address

    @property
    def postgres_dsn(self) -> str:
        """A `postgresql://` URL with its password: not for logs."""
        return self.server("postgres").address

    @property
    def redis_url(self) -> str:
        """A `redis://` URL."""
        return self.server("valkey").address

    @property
    def pids(self) -> dict[Name, int]:
        """The main process of each server that runs."""
        return {name: server.pid for name, server in self._servers.items() if server.pid}

    @property
    def ended(self) -> dict[Name, int]:
        """Servers that ended by themselves, with their exit codes (negative: the signal)."""
        codes = {name: server.exit_code for name, server in self._servers.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def memory_bytes(self) -> dict[Name, int]:
        """Resident memory of each server with all its processes."""
        return {name: server.memory_bytes() for name, server in self._servers.items()}

    def server(self, name: Name) -> Server:
        """One server, to stop, kill or start it alone."""
        if name not in self._servers:
            raise NotStartedError(f"{name} is not part of this stack: it was not asked for.")
        return self._servers[name]

    def stop(self) -> None:
        """Stop Valkey, PostgreSQL and Kafka in this order, each within its bound; repeatable."""
        with contextlib.ExitStack() as stack:  # the rest is stopped even when one fails
            stack.callback(self._folder.close)
            for name in reversed(STOP_ORDER):
                if name in self._servers:
                    stack.callback(self._servers[name].stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def start_stack(
    state_dir: Path,
    *,
    ports: Ports | None = None,
    need: Collection[Name] = ALL,
    say: Callable[[str], None] = quiet,
    durable: bool = True,
    cache_dir: Path | None = None,
    min_free_bytes: int = MIN_FREE_BYTES,
    ready_seconds: float = READY_SECONDS,
    abandon: threading.Event | None = None,
) -> RunningStack:
    """Start what is needed on `state_dir` and return once it all answers. Blocks; see below.

    The same folder gives the same addresses and data at the next start. In a coroutine use
    `await asyncio.to_thread(start_stack, ...)`; setting `abandon` calls such a start off. On any
    error, KeyboardInterrupt included, whatever was started is stopped again. `say` gets progress
    in words, from several threads. Raises the errors of `errors.py`.
    """
    called_off = abandon or threading.Event()
    folder = StateFolder(state_dir)
    folder.open()
    stack = RunningStack(folder, Ports(), {})
    try:
        require_space(folder.root, min_free_bytes)
        chosen = choose(ports, folder.ports_file)
        servers: dict[Name, Server] = {}
        if "kafka" in need:
            kafka = Kafka(
                folder,
                chosen.kafka,
                chosen.kafka_controller,
                cache=cache_dir,
                say=say,
                abandon=called_off,
            )
            kafka.fetch()  # before the others start: it may take long, or fail
            servers["kafka"] = kafka
        if "postgres" in need:
            servers["postgres"] = Postgres(
                folder, chosen.postgres, durable=durable, say=say, abandon=called_off
            )
        if "valkey" in need:
            servers["valkey"] = Valkey(
                folder, {"valkey": chosen.valkey}, say=say, abandon=called_off
            )
        stack = RunningStack(folder, chosen, servers)
        _start_together(list(servers.values()), ready_seconds, called_off)
    except OSError as error:
        stack.stop()
        raise explained(error, folder.root) from error
    except BaseException:
        stack.stop()
        raise
    return stack


def _start_together(servers: list[Server], seconds: float, called_off: threading.Event) -> None:
    """Start all at once; the first failure calls the others off and is raised when they are out."""

    def bring_up(server: Server) -> None:
        server.say(f"starting {server.name} at port {server.port}")
        server.start()
        server.wait_ready(seconds)

    pool = ThreadPoolExecutor(max(1, len(servers)), thread_name_prefix="segue-start")
    starts: list[Future[None]] = [pool.submit(bring_up, server) for server in servers]
    try:
        finished, _ = wait(starts, return_when=FIRST_EXCEPTION)
        for start in finished:
            start.result()
    except BaseException:
        called_off.set()
        raise
    finally:
        pool.shutdown()

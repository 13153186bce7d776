"""What the servers have in common: start, readiness, stop, kill, and an earlier run's rest."""

import json
import signal
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from segue_local.stack import memory, processes
from segue_local.stack.errors import (
    AbandonedError,
    LeftoverRunningError,
    NoSpaceError,
    NotReadyError,
    PortTakenError,
    ServerDiedError,
)
from segue_local.stack.folder import StateFolder
from segue_local.stack.ports import require_free, variable
from segue_local.stack.spawn import spawn

PAUSE = 0.05  # seconds between two questions whether a server is ready
READY_SECONDS = 60.0
LOG_LINES = 12  # of the end of a log, shown when its server died


def quiet(_: str) -> None:
    """Where nobody wants to hear about progress."""


class Server(ABC):
    """One server process on one state folder. Every call blocks; none may be made concurrently.

    `start()` returns once the process runs, `wait_ready()` once it answers. `stop()` is orderly and
    bounded, `kill()` is SIGKILL without warning; after either, `start()` brings it back on the same
    port and data.
    """

    name: str
    escalation: processes.Escalation
    """How it is asked to stop; the first signal is also what it gets when we die."""

    def __init__(
        self,
        folder: StateFolder,
        ports: dict[str, int],
        *,
        say: Callable[[str], None] = quiet,
        abandon: threading.Event | None = None,
    ) -> None:
        """`ports` maps the port's name to its number; the first one is where clients connect."""
        self.folder = folder
        self.ports = ports
        self.port = next(iter(ports.values()))
        self.say = say
        self.identity = "same"
        self._abandon = abandon or threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    @abstractmethod
    def marker(self) -> str:
        """A path in the server's command line that only this state folder's server has."""

    @property
    @abstractmethod
    def address(self) -> str:
        """What a client needs to connect."""

    @abstractmethod
    def prepare(self) -> list[str]:
        """Make folders and settings (and data, the first time); the command that serves them."""

    @abstractmethod
    def answers(self) -> bool:
        """Ask once, briefly, whether it does its work."""

    @property
    def pid(self) -> int | None:
        """The server's process, None when it doesn't run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself; None while it runs or when it was stopped."""
        return self._process.poll() if self._process else None

    @property
    def home(self) -> Path:
        """Its folder in the state folder."""
        return self.folder.part(self.name)

    def memory_bytes(self) -> int:
        """Resident memory of all its processes."""
        return memory.of_tree(self.pid) if self.pid else 0

    def start(self) -> None:
        """Start it, unless it runs. A leftover of an earlier run is ended first.

        Raises LeftoverRunningError, PortTakenError, FolderError, UnsupportedError or, where data
        must be made and that fails, ServerDiedError.
        """
        if self.pid:
            return
        self.end_leftover()
        for name, port in self.ports.items():
            require_free(port, name, self.folder.ports_file)
        self.folder.rotate_log(self.name)
        command = self.prepare()
        self._process = self.spawn(command)
        record = {"pid": self._process.pid, "marker": self.marker}
        self.folder.pid_file(self.name).write_text(json.dumps(record))

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until it answers: ServerDiedError when it ends instead, NotReadyError when late."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            self.check_abandoned()
            if self.pid is None:
                raise self._died()
            if time.monotonic() > deadline:
                raise NotReadyError(
                    f"{self.name} did not answer within {seconds:.0f} s at port {self.port}. "
                    f"{self._log_tail()}"
                )
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Ask it to stop, then insist; returns when all its processes are gone."""
        self._end(self.escalation)

    def kill(self) -> None:
        """SIGKILL at once, as a crash would: nothing is flushed, nothing cleaned up."""
        self._end([(signal.SIGKILL, 10.0)])

    def end_leftover(self) -> None:
        """End the server that an earlier run left behind, if the pid file names one of ours."""
        pid = self._leftover()
        if pid:
            self.say(f"stopping {self.name} left over from an earlier run (pid {pid})")
            try:
                gone = processes.end(pid, self.escalation)
            except PermissionError:
                gone = False
            if not gone:
                raise LeftoverRunningError(
                    f"{self.name} of an earlier run (pid {pid}) still runs on {self.folder.root} "
                    f"and can't be ended. End it: kill -9 {pid}",
                    pid,
                )
        self.folder.pid_file(self.name).unlink(missing_ok=True)

    def spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """A process of this server under its identity, its output in its log."""
        log = self.folder.log_file(self.name)
        self._log_start = log.stat().st_size if log.exists() else 0
        return spawn(
            command,
            log=log,
            cwd=self.home,
            identity=self.identity,
            death_signal=self.escalation[0][0],
        )

    def run_tool(self, command: Sequence[str], seconds: float = READY_SECONDS) -> None:
        """Run a preparing command to its end; ServerDiedError when it fails or takes too long."""
        tool = self.spawn(command)
        deadline = time.monotonic() + seconds
        try:
            while tool.poll() is None and time.monotonic() < deadline:
                self.check_abandoned()
                time.sleep(PAUSE)
        finally:
            tool.kill()
            tool.wait()
        if tool.returncode != 0:
            raise ServerDiedError(
                f"Preparing {self.name} failed ({Path(command[0]).name}). {self._log_tail()}"
            )

    def check_abandoned(self) -> None:
        """AbandonedError when the start was called off."""
        if self._abandon.is_set():
            raise AbandonedError(f"The start of {self.name} was called off.")

    def _leftover(self) -> int | None:
        """Its pid. Both must hold: our pid file names it, and its command line names our folder."""
        try:
            record = json.loads(self.folder.pid_file(self.name).read_text())
            pid, marker = int(record["pid"]), str(record["marker"])
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None
        ours = marker == self.marker and self.marker in processes.command_line(pid)
        return pid if ours and processes.is_alive(pid) else None

    def _end(self, escalation: processes.Escalation) -> None:
        process = self._process
        if process is None:
            return
        family = processes.descendants(process.pid)
        for number, seconds in escalation:
            process.send_signal(number)
            try:
                process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        if not processes.wait_gone(family, 5.0):
            for pid in family:
                processes.send(pid, signal.SIGKILL)
        self._process = None
        self.folder.pid_file(self.name).unlink(missing_ok=True)

    def _died(self) -> ServerDiedError | PortTakenError | NoSpaceError:
        tail = self._log_tail()
        if "Address already in use" in tail:
            name = next(iter(self.ports))
            return PortTakenError(
                f"A port of {self.name} was taken while it started. Set {variable(name)} to "
                f"another port. {tail}",
                self.port,
                variable(name),
            )
        if "No space left on device" in tail:
            return NoSpaceError(f"{self.name} ended: the disk is full. {tail}")
        return ServerDiedError(f"{self.name} ended by itself ({self.exit_code}). {tail}")

    def _log_tail(self) -> str:
        log = self.folder.log_file(self.name)
        with log.open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").splitlines()[-LOG_LINES:]
        return f"The end of {log}:\n  " + "\n  ".join(lines)

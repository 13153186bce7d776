"""One process of the system: started, watched, asked for its readiness, stopped or killed."""

import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from segue_local.stack.spawn import spawn

STOP_SECONDS = 25.0


class ServiceProcess:
    """A Python module that runs as a process of its own and answers on a port."""

    def __init__(
        self, name: str, module: str, *, port: int, environment: Mapping[str, str], log: Path,
        arguments: tuple[str, ...] = (), ready_path: str = "/health/ready",
    ) -> None:  # fmt: skip
        self.name = name
        self.port = port
        self.log = log
        self._module = module
        self._arguments = arguments
        self._environment = dict(environment)
        self._ready_path = ready_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process, None when it doesn't run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself; negative for a signal."""
        return self._process.poll() if self._process else None

    def start(self, **extra: str) -> None:
        """Start it with these variables besides its own."""
        self._process = spawn(
            [sys.executable, "-m", self._module, *self._arguments],
            log=self.log,
            cwd=Path.cwd(),
            death_signal=signal.SIGTERM,
            environment={**self._environment, **extra},
        )

    def problem(self) -> str | None:
        """Why it isn't ready, in words; None when it is."""
        try:
            with urllib.request.urlopen(self.url + self._ready_path, timeout=5):  # noqa: S310
                return None
        except urllib.error.HTTPError as error:
            with contextlib.suppress(ValueError):
                problems = json.loads(error.read()).get("problems", {})
                return "; ".join(f"{name}: {text}" for name, text in problems.items())
            return f"HTTP {error.code}"
        except OSError:
            return "does not answer yet"

    def ask_to_stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Ask it to stop, wait, and insist; returns when it is gone."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log_tail(self, lines: int = 8) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_ended(self, seconds: float) -> int | None:
        """Its exit code once it has ended by itself, None if it hasn't by then."""
        deadline = time.monotonic() + seconds
        while self.exit_code is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.exit_code

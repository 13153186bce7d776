"""Starts server processes that end with us, whichever of our threads asked for them."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


def _new_spawner() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="segue-spawner")


# The kernel sends the death signal when the *thread* that started the child ends (prctl(2)), so one
# thread that lives as long as the process starts them all.
_spawner = _new_spawner()


def _after_fork() -> None:
    global _spawner
    _spawner = _new_spawner()


os.register_at_fork(after_in_child=_after_fork)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path,
    identity: str = "same",
    death_signal: signal.Signals = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output appended to `log`.

    A session of its own: Ctrl-C at the terminal reaches us, not the servers, which we then stop in
    order. `death_signal` reaches it when this process ends in any way (Linux only).
    """
    arguments = [sys.executable, "-I", "-S", str(LAUNCHER), str(int(death_signal))]
    arguments += [str(os.getpid()), identity, "--", *command]

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )

    return _spawner.submit(start).result()

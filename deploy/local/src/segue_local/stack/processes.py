"""Facts about processes (from /proc, or `ps` where there is none), and ending them in time."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()
THREADS = 17  # place of num_threads in what `_stat` gives
PAUSE = 0.02  # seconds between two looks

Escalation = Sequence[tuple[signal.Signals, float]]
"""Signals in order, each with the seconds that it is given to work."""


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie, which only waits to be reaped, does not."""
    if HAS_PROC:
        stat = _stat(pid)
        # A first thread that is a zombie beside live ones still holds files and ports.
        return bool(stat) and (stat[0] not in "ZX" or int(stat[THREADS]) > 1)
    return _ps(pid, "stat") not in ("", "Z")


def command_line(pid: int) -> str:
    """The arguments joined by blanks; empty when there is no such process or no right to look."""
    if not HAS_PROC:
        return _ps(pid, "command")
    try:
        return (
            (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    """Children and their children, without `pid` itself."""
    children: dict[int, list[int]] = {}
    for other in _all_pids():
        stat = _stat(other)
        if len(stat) > 1:
            children.setdefault(int(stat[1]), []).append(other)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder` (empty where the system has no /proc)."""
    found = []
    for pid in _all_pids():
        with contextlib.suppress(OSError):
            if Path(os.readlink(PROC / str(pid) / "cwd")) == folder:
                found.append(pid)
    return found


def send(pid: int, number: signal.Signals) -> None:
    """A signal to a process that may just have ended; PermissionError when it is not ours."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def end(pid: int, escalation: Escalation) -> bool:
    """End a process that is not our child, harder each time; False when it outlives everything."""
    for number, seconds in escalation:
        send(pid, number)
        if wait_gone([pid], seconds):
            return True
    return not is_alive(pid)


def wait_gone(pids: Iterable[int], seconds: float) -> bool:
    """Wait until none of `pids` runs; False when the time is over before."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if is_alive(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(PAUSE)
        left = [pid for pid in left if is_alive(pid)]
    return not left


def _all_pids() -> list[int]:
    return [int(p.name) for p in PROC.iterdir() if p.name.isdigit()] if HAS_PROC else []


def _stat(pid: int) -> list[str]:
    """Fields of proc(5) stat from the state on; the name before them may hold blanks."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ps(pid: int, column: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()[: None if column == "command" else 1]

"""The state folder: its layout, its lock, and the room on its disk."""

import contextlib
import errno
import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from segue_local.stack.errors import FolderError, NoSpaceError, StateInUseError

MIN_FREE_BYTES = 512 * 2**20
"""Room asked for before a start: a fresh stack takes 60 MB, the rest is for what it writes."""
LOG_LIMIT_BYTES = 16 * 2**20  # a log larger than this at start becomes <name>.log.1


class StateFolder:
    """Where one stack keeps everything. Paths only; nothing is touched before `open()`."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.lock_file = self.root / "stack.lock"
        self.ports_file = self.root / "ports.json"
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Make the folder and hold it; StateInUseError when another process does."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for name in ("run", "logs"):
                self.part(name)
            lock = self.lock_file.open("a+")
        except OSError as error:
            raise explained(error, self.root) from error
        try:
            # flock, not a pid in a file: it goes away with its holder however that dies.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise self._in_use(lock) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def part(self, name: str) -> Path:
        """A server's own folder, readable by this account only."""
        folder = self.root / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def pid_file(self, name: str) -> Path:
        """Where a server's pid is kept while it runs."""
        return self.root / "run" / f"{name}.json"

    def log_file(self, name: str) -> Path:
        """Where a server's output goes."""
        return self.root / "logs" / f"{name}.log"

    def rotate_log(self, name: str) -> None:
        """Put a log aside that has grown large; only while its server is down."""
        file = self.log_file(name)
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_size > LOG_LIMIT_BYTES:
                file.replace(file.with_suffix(".log.1"))

    def _in_use(self, lock: IO[str]) -> StateInUseError:
        lock.seek(0)
        text = lock.read().strip()
        lock.close()
        pid = int(text) if text.isdigit() else 0
        return StateInUseError(
            f"The state folder {self.root} is in use by process {pid or '(unknown)'}. "
            "Stop that one, or give another state folder.",
            pid,
        )


def explained(error: OSError, folder: Path) -> FolderError | NoSpaceError:
    """What a failed write under `folder` means to a person."""
    if error.errno == errno.ENOSPC:
        return NoSpaceError(f"The disk of {folder} is full. Make room, or give another folder.")
    return FolderError(
        f"The folder {folder} can't be used: {error}. "
        "Give another one, or make it writable for this account."
    )


def require_space(folder: Path, needed: int) -> None:
    """NoSpaceError when the disk that holds `folder` has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoSpaceError(
            f"The disk of {folder} has {free // 2**20} MB free; at least {needed // 2**20} MB are "
            "needed. Make room, or give a folder on another disk."
        )

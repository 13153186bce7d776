"""Resident memory of the servers: what each costs this machine, shared pages counted once."""

from pathlib import Path

from segue_local.stack.processes import PROC, descendants


def of_tree(pid: int) -> int:
    """Bytes of a process and everything below it; 0 when it is gone or there is no /proc.

    Proportional (Pss in proc(5) smaps_rollup), because PostgreSQL's processes share their buffers
    and a sum of resident sizes would count those once for each.
    """
    return sum(_of(PROC / str(member)) for member in [pid, *descendants(pid)])


def _of(folder: Path) -> int:
    return _kib(folder / "smaps_rollup", "Pss:") or _kib(folder / "status", "VmRSS:")


def _kib(file: Path, field: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)

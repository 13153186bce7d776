"""A state folder has one holder, room on its disk, and leftovers that are known for certain."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from segue_local.stack import FolderError, NoSpaceError, Ports, StateInUseError, start_stack
from segue_local.stack.folder import LOG_LIMIT_BYTES, StateFolder
from segue_local.stack.processes import command_line, end, is_alive
from segue_local.stack.valkey import Valkey

HOLD = """
import sys, time
from pathlib import Path
from segue_local.stack.folder import StateFolder
folder = StateFolder(Path(sys.argv[1]))
folder.open()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the state folder."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def stranger() -> Iterator[int]:
    """A process that is none of ours."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process.pid
        process.kill()


def test_a_held_folder_says_who_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(StateInUseError, match=f"process {holder.pid}") as caught:
        start_stack(tmp_path, need=set())

    assert caught.value.pid == holder.pid


def test_a_killed_holder_does_not_hold(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()

    with start_stack(tmp_path, ports=Ports.free(), need=set()) as stack:
        assert stack.pids == {}


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with (
        start_stack(tmp_path, ports=Ports.free(), need=set()),
        pytest.raises(StateInUseError, match=str(os.getpid())),
    ):
        start_stack(tmp_path, need=set())


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NoSpaceError, match=r"MB free; at least 1048576 MB are needed"):
        start_stack(tmp_path, need={"valkey"}, min_free_bytes=2**40)

    assert not (tmp_path / "valkey").exists()
    start_stack(tmp_path, ports=Ports.free(), need=set()).stop()  # and the lock is free again


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")

    with pytest.raises(FolderError, match="state"):
        start_stack(tmp_path / "state", need=set())


def test_a_pid_file_that_names_somebody_else_ends_nobody(tmp_path: Path, stranger: int) -> None:
    folder = StateFolder(tmp_path)
    folder.open()
    server = Valkey(folder, {"valkey": Ports.free().valkey})
    folder.pid_file("valkey").write_text(json.dumps({"pid": stranger, "marker": server.marker}))

    server.end_leftover()

    assert is_alive(stranger)
    assert not folder.pid_file("valkey").exists()
    folder.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "marker": ""}'])
def test_a_broken_pid_file_is_set_aside(tmp_path: Path, text: str) -> None:
    folder = StateFolder(tmp_path)
    folder.open()
    folder.pid_file("valkey").write_text(text)

    Valkey(folder, {"valkey": Ports.free().valkey}).end_leftover()

    assert not folder.pid_file("valkey").exists()
    folder.close()


def test_a_large_log_is_put_aside(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.open()
    with folder.log_file("kafka").open("wb") as log:
        log.truncate(LOG_LIMIT_BYTES + 1)

    folder.rotate_log("kafka")

    assert not folder.log_file("kafka").exists()
    assert (tmp_path / "logs" / "kafka.log.1").stat().st_size == LOG_LIMIT_BYTES + 1
    folder.close()


def test_a_process_that_ignores_the_request_is_ended_all_the_same() -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True);"
    command = [sys.executable, "-c", f"{deaf} time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert "time.sleep(60)" in command_line(process.pid)

        assert end(process.pid, [(signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)])
        assert process.wait() == -signal.SIGKILL

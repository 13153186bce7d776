"""Which ports a state folder's servers listen on: chosen once, remembered, checked at start."""

import json
import os
import random
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from segue_local.stack.errors import FolderError, PortTakenError

HOST = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections (ip_local_port_range,
# 32768 on), so that a remembered port is not lent out in between.
FREE_RANGE = range(20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Ports:
    """The defaults stay clear of the usual 9092, 5432 and 6379, where other servers live."""

    kafka: int = 19092
    kafka_controller: int = 19093
    postgres: int = 15432
    valkey: int = 16379

    @staticmethod
    def free() -> "Ports":
        """Four different ports on which nobody listens now."""
        return _free_for({})


def variable(name: str) -> str:
    """The environment variable that sets a port: `SEGUE_KAFKA_PORT` for `kafka`."""
    return f"SEGUE_{name.upper()}_PORT"


def choose(
    wanted: Ports | None, memory: Path, environment: Mapping[str, str] = os.environ
) -> Ports:
    """Ports for a state folder; `memory` is the file in which they are kept.

    What the caller asks for comes first, then what was remembered, then the defaults, where one
    that is taken gives way to a free one. A set variable overrules a single port of the latter two.
    """
    chosen = wanted or _overruled(_remembered(memory) or _free_for(asdict(Ports())), environment)
    memory.write_text(json.dumps(asdict(chosen)) + "\n")
    return chosen


def require_free(port: int, name: str, memory: Path) -> None:
    """PortTakenError when somebody listens on `port`."""
    if not is_free(port):
        raise PortTakenError(
            f"Port {port} on {HOST}, wanted for {name}, is in use by another program. Stop that "
            f"program, or set {variable(name)} to another port (it is remembered in {memory}).",
            port,
            variable(name),
        )


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        # Connections that linger from before don't count as taken, only listeners do.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _free_for(preferred: dict[str, int]) -> Ports:
    chosen: dict[str, int] = {}
    for field in fields(Ports):
        port = preferred.get(field.name, 0)
        while not port or port in chosen.values() or not is_free(port):
            port = random.choice(FREE_RANGE)
        chosen[field.name] = port
    return Ports(**chosen)


def _remembered(memory: Path) -> Ports | None:
    if not memory.exists():
        return None
    try:
        return Ports(**{name: int(port) for name, port in json.loads(memory.read_text()).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise FolderError(
            f"{memory} is not readable as ports ({error}). Delete it: ports are chosen anew."
        ) from error


def _overruled(ports: Ports, environment: Mapping[str, str]) -> Ports:
    values = asdict(ports)
    for name in values:
        text = environment.get(variable(name))
        if text is None:
            continue
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise FolderError(f"{variable(name)}={text!r} is not a port (1 to 65535).")
        values[name] = int(text)
    return Ports(**values)

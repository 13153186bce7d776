"""The embedded stack: real Kafka, PostgreSQL and Valkey from packages alone, on loopback."""

from segue_local.stack.errors import (
    AbandonedError,
    DownloadError,
    FolderError,
    JarsCorruptError,
    LeftoverRunningError,
    NoSpaceError,
    NotReadyError,
    NotStartedError,
    PortTakenError,
    ServerDiedError,
    StackError,
    StateInUseError,
    UnsupportedError,
)
from segue_local.stack.ports import Ports
from segue_local.stack.running import ALL, Name, RunningStack, start_stack

__all__ = [
    "ALL",
    "AbandonedError",
    "DownloadError",
    "FolderError",
    "JarsCorruptError",
    "LeftoverRunningError",
    "Name",
    "NoSpaceError",
    "NotReadyError",
    "NotStartedError",
    "PortTakenError",
    "Ports",
    "RunningStack",
    "ServerDiedError",
    "StackError",
    "StateInUseError",
    "UnsupportedError",
    "start_stack",
]

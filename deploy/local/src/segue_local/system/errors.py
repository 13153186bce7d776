"""Why a local system can't start or go on; every message says what to do."""

from segue_local.stack import StackError


class SystemFailure(StackError):
    """Base of these errors."""


class PortInUse(SystemFailure):
    """Another program listens where a process of ours should."""

    def __init__(self, name: str, port: int, variable: str) -> None:
        super().__init__(
            f"Port {port}, wanted for {name}, is in use by another program. Stop that program, "
            f"or set {variable} to another port."
        )


class ProcessFailed(SystemFailure):
    """A process ended at its start, or never got ready."""

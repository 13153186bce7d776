"""Jobs that were given up, in the tables of all services: finding, retrying and dropping them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from segue_common.cli.errors import CommandError
from segue_common.cli.services import installed_services
from segue_common.runtime.database import schema_of
from segue_common.runtime.settings import PostgresSettings, load

Rows = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class DeadJob:
    """A job that nobody tries again by themselves. `outcome_unknown` says that its last try may
    have done something outside: who retries it has it ask there first."""

    service: str
    id: UUID
    kind: str
    key: str
    lane: str | None
    payload: bytes
    payload_type: str
    tenant: str
    conversation_id: UUID
    attempts: int
    outcome_unknown: bool
    dead_because: str
    created_at: datetime


@contextmanager
def open_database() -> Iterator[Rows]:
    """A connection to the configured database; what fails is told in words."""
    try:
        with psycopg.connect(load(PostgresSettings).dsn.get_secret_value()) as conn:
            yield conn
    except psycopg.OperationalError as error:
        raise CommandError(f"{error}".strip() + "; see SEGUE_POSTGRES_DSN") from error


def find_service(name: str) -> str:
    """The service's name as it is written elsewhere; raises `CommandError` naming all of them."""
    names = [service.name for service in installed_services()]
    if name not in names:
        raise CommandError(f"there is no service {name!r}; there are {', '.join(names)}")
    return name


def find(conn: Rows, service: str | None = None, ids: Sequence[UUID] = ()) -> list[DeadJob]:
    """The dead jobs of one service or of all, oldest first. Raises `CommandError` where one of
    `ids` is not among them."""
    names = [service] if service else [each.name for each in installed_services()]
    jobs = [job for name in names for job in _of(conn, name) if not ids or job.id in ids]
    if missing := set(ids) - {job.id for job in jobs}:
        raise CommandError(f"no dead job {', '.join(sorted(map(str, missing)))}")
    return jobs


def retry(conn: Rows, jobs: Sequence[DeadJob]) -> None:
    """Make jobs due now, with all their tries before them."""
    for job in jobs:
        _change(
            conn,
            "UPDATE {} SET dead_because = NULL, attempts = 0, due_at = clock_timestamp(), "
            "lease = NULL, leased_until = NULL WHERE id = %s AND dead_because IS NOT NULL",
            job,
        )


def drop(conn: Rows, jobs: Sequence[DeadJob]) -> None:
    """Remove jobs for good."""
    for job in jobs:
        _change(conn, "DELETE FROM {} WHERE id = %s AND dead_because IS NOT NULL", job)


def _of(conn: Rows, service: str) -> list[DeadJob]:
    known = conn.execute("SELECT to_regclass(%s)", (f"{schema_of(service)}.jobs",)).fetchone()
    if not known or known[0] is None:
        return []
    query = sql.SQL(
        "SELECT %s AS service, id, kind, key, lane, payload, payload_type, tenant, "
        "conversation_id, attempts, outcome_unknown, dead_because, created_at "
        "FROM {} WHERE dead_because IS NOT NULL ORDER BY seq"
    ).format(_table(service))
    with conn.cursor(row_factory=class_row(DeadJob)) as cursor:
        return cursor.execute(query, (service,)).fetchall()


def _change(conn: Rows, statement: str, job: DeadJob) -> None:
    conn.execute(sql.SQL(statement).format(_table(job.service)), (job.id,))


def _table(service: str) -> sql.Identifier:
    return sql.Identifier(schema_of(service), "jobs")

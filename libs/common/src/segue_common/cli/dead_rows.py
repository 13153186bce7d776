"""Rows that were set aside in the tables of all services: counting, finding, reviving and dropping
them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Generic, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from segue_common.cli.errors import CommandError
from segue_common.cli.services import installed_services
from segue_common.runtime.database import schema_of
from segue_common.runtime.settings import PostgresSettings, load

Rows = psycopg.Connection[tuple[object, ...]]
RowId = UUID | int
Row = TypeVar("Row")

_COUNT = """
SELECT %s AS service, {of} AS of, dead_because AS reason, count(*) AS dead FROM {table}
 WHERE dead_because IS NOT NULL GROUP BY {of}, dead_because
"""
_SHOW = "SELECT %s AS service, {columns} FROM {table} WHERE dead_because IS NOT NULL "
_NEWEST = _SHOW + "ORDER BY seq DESC LIMIT %s"
_THESE = _SHOW + "AND {id} = ANY(%s) ORDER BY seq DESC"
_MISSING = """
SELECT id FROM unnest(%s) AS wanted (id)
 WHERE NOT EXISTS (SELECT 1 FROM {table} AS row
                    WHERE row.{id} = wanted.id AND row.dead_because IS NOT NULL)
"""
_REVIVE = "UPDATE {table} SET "
_WHICH = """
 WHERE dead_because IS NOT NULL AND (%(all)s OR {id} = ANY(%(ids)s)) RETURNING seq, {of}, {id}
"""


@dataclass(frozen=True)
class Group:
    """How many rows of a service lie dead for one reason; `of` is their kind or topic."""

    service: str
    of: str
    reason: str
    dead: int


@dataclass(frozen=True)
class DeadRows(Generic[Row]):
    """The rows of one table, in every service's schema, that have `dead_because` set.

    `noun` names one of them, `id` and `of` are the columns that tell rows and sorts of rows
    apart, and `revival` is what an UPDATE sets so that a row is taken up again. `row` is a
    dataclass of a row as it is shown: its fields are `service` and columns.
    """

    table: str
    noun: str
    id: str
    of: str
    revival: str
    row: type[Row]

    def count(self, conn: Rows) -> list[Group]:
        """How many there are of each service and sort, and why; no content is read."""
        found: list[Group] = []
        for service in (each.name for each in installed_services()):
            if self._is_there(conn, service):
                with conn.cursor(row_factory=class_row(Group)) as cursor:
                    cursor.execute(self._sql(_COUNT, service), (service,))
                    found += cursor.fetchall()
        return sorted(found, key=lambda group: (group.service, group.of, group.reason))

    def newest(self, conn: Rows, service: str, limit: int) -> list[Row]:
        """The newest of a service, oldest first."""
        return self._read(conn, service, _NEWEST, limit)

    def these(self, conn: Rows, service: str, ids: Sequence[RowId]) -> list[Row]:
        """Rows of a service, oldest first. Raises `CommandError` where one of `ids` isn't dead."""
        self._check(conn, service, ids)
        return self._read(conn, service, _THESE, list(ids))

    def revive(self, conn: Rows, service: str, ids: Sequence[RowId]) -> list[tuple[str, str]]:
        """Have rows taken up again, all where no `ids` are given; returns their sorts and IDs.
        Raises `CommandError` where one of `ids` isn't dead."""
        return self._change(conn, service, f"{_REVIVE}{self.revival}", ids)

    def drop(self, conn: Rows, service: str, ids: Sequence[RowId]) -> list[tuple[str, str]]:
        """Remove rows for good; otherwise as `revive`."""
        return self._change(conn, service, "DELETE FROM {table}", ids)

    def _read(self, conn: Rows, service: str, query: str, which: object) -> list[Row]:
        if not self._is_there(conn, service):
            return []
        with conn.cursor(row_factory=class_row(self.row)) as cursor:
            return cursor.execute(self._sql(query, service), (service, which)).fetchall()[::-1]

    def _change(
        self, conn: Rows, service: str, change: str, ids: Sequence[RowId]
    ) -> list[tuple[str, str]]:
        self._check(conn, service, ids)
        if not self._is_there(conn, service):
            return []
        which = {"all": not ids, "ids": list(ids)}
        rows = conn.execute(self._sql(change + _WHICH, service), which).fetchall()
        rows.sort(key=lambda row: int(str(row[0])))
        return [(str(of), str(row_id)) for _, of, row_id in rows]

    def _check(self, conn: Rows, service: str, ids: Sequence[RowId]) -> None:
        missing: Sequence[object] = ids
        if ids and self._is_there(conn, service):
            rows = conn.execute(self._sql(_MISSING, service), (list(ids),)).fetchall()
            missing = [row_id for (row_id,) in rows]
        if missing:
            raise CommandError(f"no {self.noun} {', '.join(sorted(map(str, missing)))}")

    def _is_there(self, conn: Rows, service: str) -> bool:
        name = f"{schema_of(service)}.{self.table}"
        return conn.execute("SELECT to_regclass(%s)", (name,)).fetchone() != (None,)

    def _sql(self, text: str, service: str) -> sql.Composed:
        columns = [field.name for field in fields(self.row) if field.name != "service"]  # type: ignore[arg-type]  # a dataclass, by contract
        return sql.SQL(text).format(
            table=sql.Identifier(schema_of(service), self.table),
            id=sql.Identifier(self.id),
            of=sql.Identifier(self.of),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        )


@contextmanager
def open_database() -> Iterator[Rows]:
    """A connection to the configured database; what fails is told in words."""
    try:
        with psycopg.connect(load(PostgresSettings).dsn.get_secret_value()) as conn:
            yield conn
    except psycopg.errors.UndefinedColumn as error:
        raise CommandError("a service's tables are of an older version: run `segue migrate`") from (
            error
        )
    except psycopg.OperationalError as error:
        raise CommandError(f"{error}".strip() + "; see SEGUE_POSTGRES_DSN") from error


def find_service(name: str) -> str:
    """The service's name as it is written elsewhere; raises `CommandError` naming all of them."""
    names = [service.name for service in installed_services()]
    if name not in names:
        raise CommandError(f"there is no service {name!r}; there are {', '.join(names)}")
    return name

"""Answers to requests over HTTP that changed something, kept for as long as a client may repeat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from pydantic import BaseModel, JsonValue
from segue_common.runtime.inbox import KEEP_DAYS

from segue_booking.store.reading import fetch

# As long as the inbox remembers the request itself: known there, it must be answered from here.
KEPT_FOR = timedelta(days=KEEP_DAYS)

_KEEP = """
INSERT INTO api_answers (request_id, digest, status, body, created_at)
VALUES (%(request_id)s, %(digest)s, %(status)s, %(body)s, %(now)s)
ON CONFLICT (request_id) DO NOTHING
"""
_PRUNE = "DELETE FROM api_answers WHERE created_at < %(before)s"
_FIND = "SELECT digest, status, body FROM api_answers WHERE request_id = %(request_id)s"


class ApiAnswer(BaseModel):
    """What a request was answered; `digest` is that of the request."""

    digest: str
    status: int
    body: dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Result:
    """A status and a JSON body."""

    status: int
    body: dict[str, JsonValue]


async def keep(
    conn: AsyncConnection[object], request_id: UUID, digest: str, result: Result, now: datetime
) -> None:
    """Write an answer down; very old ones are forgotten on the way."""
    await fetch(conn, _PRUNE, {"before": now - KEPT_FOR})
    parameters = {
        "request_id": request_id,
        "digest": digest,
        "status": result.status,
        "body": Jsonb(result.body),
        "now": now,
    }
    await fetch(conn, _KEEP, parameters)


async def find(conn: AsyncConnection[object], request_id: UUID) -> ApiAnswer | None:
    """The answer to a request, if it has been handled."""
    rows = await fetch(conn, _FIND, {"request_id": request_id})
    return ApiAnswer.model_validate(rows[0]) if rows else None

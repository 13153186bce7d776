"""What was said in the widget, numbered from 1 per conversation, without gaps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.events.shared import Speaker
from segue_common.runtime.database import Connection, Pool

PAGE = 200


@dataclass(frozen=True)
class NewWebMessage:
    """Something said, before it has its number; `client_id` is the widget's own name for it."""

    conversation_id: UUID
    message_id: UUID
    role: Speaker
    text: str
    at: datetime
    client_id: str | None = None


@dataclass(frozen=True)
class WebMessage:
    """A numbered message."""

    number: int
    message_id: UUID
    role: str
    text: str
    at: datetime
    client_id: str | None


async def append(conn: Connection, messages: Sequence[NewWebMessage]) -> None:
    """Give the messages the next numbers of their conversations, in the order given.

    The caller's transaction holds the lock on these conversations, so that no other one can
    take the same numbers.
    """
    if not messages:
        return
    await conn.execute(
        """
        INSERT INTO web_messages (conversation_id, number, message_id, role, text, client_id, at)
        SELECT id, last + row_number() OVER (PARTITION BY id ORDER BY place),
               message_id, role, text, client_id, at
          FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[],
                      %s::timestamptz[])
               WITH ORDINALITY AS new(id, message_id, role, text, client_id, at, place)
         CROSS JOIN LATERAL (SELECT coalesce(max(number), 0) AS last FROM web_messages
                              WHERE conversation_id = id) AS before
        """,
        (
            [message.conversation_id for message in messages],
            [message.message_id for message in messages],
            [message.role for message in messages],
            [message.text for message in messages],
            [message.client_id for message in messages],
            [message.at for message in messages],
        ),
    )


async def after(pool: Pool, conversation_id: UUID, number: int) -> list[WebMessage]:
    """Up to a page of what is numbered above `number`, in order."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT number, message_id, role, text, at, client_id FROM web_messages "
            "WHERE conversation_id = %s AND number > %s ORDER BY number LIMIT %s",
            (conversation_id, number, PAGE),
        )
        return [WebMessage(*row) for row in await cursor.fetchall()]  # type: ignore[arg-type]


async def last_numbers(pool: Pool, conversations: Collection[UUID]) -> dict[UUID, int]:
    """The highest number of each conversation that has any."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT conversation_id, max(number) FROM web_messages "
            "WHERE conversation_id = ANY(%s) GROUP BY 1",
            (list(conversations),),
        )
        return {UUID(str(row[0])): int(str(row[1])) for row in await cursor.fetchall()}

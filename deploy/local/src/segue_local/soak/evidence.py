"""What lies in the databases, on the broker and at the carrier once a run has settled."""

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from pydantic import BaseModel, ValidationError
from segue_common.cli.dead_letter_box import read_letters
from segue_common.cli.kafka_session import look_on
from segue_common.cli.record_lines import dead_headers
from segue_common.events import MAIN_TOPICS, Event, EventData, parse_event
from segue_common.runtime.database import schema_of
from segue_common.runtime.settings import SERVICE_PORTS, KafkaSettings

from segue_local.simulator import CallRecord, CarrierSimulator, MessageRecord
from segue_local.soak.plan import Plan
from segue_local.soak.witness import Witness

SCHEMAS = tuple(schema_of(service) for service in SERVICE_PORTS)
OVERLAPS = """
    SELECT a.booking_id::text, b.booking_id::text FROM booking.allocations a
      JOIN booking.allocations b ON a.tenant = b.tenant AND a.resource = b.resource
       AND a.during && b.during AND a.id < b.id
     WHERE a.state IN ('held', 'booked') AND b.state IN ('held', 'booked')
"""

MEETINGS = """
    SELECT conversation_id, id FROM booking.bookings
     WHERE state = 'booked' AND conversation_id IS NOT NULL
"""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Conversation:
    """One conversation: its events in the order in which the router learned of them."""

    id: UUID
    events: tuple[Event[EventData], ...]
    in_turn: bool
    pending: int
    owner: str


@dataclass(frozen=True)
class Delivery:
    """A row of ingest's deliveries."""

    message_id: UUID
    provider: str
    provider_message_id: str | None
    status: str
    error: str | None


@dataclass(frozen=True)
class Ring:
    """A row of the voice bridge's calls that went out."""

    call_id: UUID
    conversation_id: UUID
    qualification_id: UUID | None
    attempt: int
    provider_call_id: str | None


@dataclass(frozen=True)
class Evidence:
    """Everything that the checks look at; nothing in it is one of Segue's counters."""

    plan: Plan
    witness: Witness
    messages: tuple[MessageRecord, ...]
    calls: tuple[CallRecord, ...]
    conversations: dict[UUID, Conversation]
    deliveries: dict[UUID, Delivery]
    web: dict[UUID, tuple[tuple[int, str], ...]]
    rings: tuple[Ring, ...]
    # By topic, source and conversation: the events in their order on the broker, each once.
    published: dict[tuple[str, str, UUID], tuple[UUID, ...]]
    # By conversation: the bookings that stand in the calendar.
    meetings: dict[UUID, tuple[UUID, ...]]
    overlaps: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    dead_letters: tuple[str, ...] = ()


async def collect(
    plan: Plan,
    witness: Witness,
    carrier: CarrierSimulator,
    dsn: str,
    bootstrap: str,
    since: datetime = LONG_AGO,
) -> Evidence:
    """Read it all, once; of dead letters those `since` then, whatever was on the broker before."""
    kafka = KafkaSettings(bootstrap=bootstrap)
    letters = await read_letters(kafka, [topic.dead_letters for topic in MAIN_TOPICS])
    published = await _published(kafka)
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        return Evidence(
            plan,
            witness,
            messages=tuple(carrier.messages),
            calls=tuple(carrier.calls),
            conversations=await _conversations(conn),
            deliveries=await _deliveries(conn),
            web=await _web(conn),
            rings=await _rings(conn),
            published=published,
            meetings=await _meetings(conn),
            overlaps=tuple((str(a), str(b)) for a, b in await _rows(conn, OVERLAPS)),
            left=await leftovers(conn),
            dead_letters=tuple(
                f"{letter.original_topic}: {dead_headers(letter.record)}"
                for letter in letters
                if not letter.is_sent_again
                and datetime.fromisoformat(dead_headers(letter.record)["at"]) >= since
            ),
        )


class _Head(BaseModel):
    """As much of an event as tells which one it is."""

    id: UUID
    source: str
    subject: UUID


async def _published(kafka: KafkaSettings) -> dict[tuple[str, str, UUID], tuple[UUID, ...]]:
    found: defaultdict[tuple[str, str, UUID], dict[UUID, None]] = defaultdict(dict)
    async with look_on(kafka, MAIN_TOPICS) as onlooker:
        async for record in onlooker.backlog():
            with contextlib.suppress(ValidationError):
                head = _Head.model_validate_json(record.value or b"")
                found[record.topic, head.source, head.subject].setdefault(head.id)
    return {place: tuple(ids) for place, ids in found.items()}


Rows = list[tuple[object, ...]]
Conn = psycopg.AsyncConnection[tuple[object, ...]]


async def _rows(conn: Conn, query: str) -> Rows:
    return await (await conn.execute(query.encode())).fetchall()


async def _conversations(conn: Conn) -> dict[UUID, Conversation]:
    events: defaultdict[UUID, list[Event[EventData]]] = defaultdict(list)
    for home, text in await _rows(
        conn, "SELECT conversation_id, event::text FROM router.timeline ORDER BY seq"
    ):
        events[UUID(str(home))].append(parse_event(str(text).encode()))
    found = {}
    for home, in_turn, pending, owner in await _rows(
        conn,
        "SELECT conversation_id, coalesce(state->'turn', 'null') <> 'null', "
        "jsonb_array_length(state->'pending'), state->>'owner' FROM router.conversations",
    ):
        key = UUID(str(home))
        found[key] = Conversation(
            key, tuple(events[key]), bool(in_turn), int(str(pending)), str(owner)
        )
    return found


async def _deliveries(conn: Conn) -> dict[UUID, Delivery]:
    rows = await _rows(
        conn,
        "SELECT message_id, provider, provider_message_id, status, error FROM ingest.deliveries",
    )
    return {UUID(str(row[0])): Delivery(*row) for row in rows}  # type: ignore[arg-type]  # as selected


async def _web(conn: Conn) -> dict[UUID, tuple[tuple[int, str], ...]]:
    found: defaultdict[UUID, list[tuple[int, str]]] = defaultdict(list)
    for home, number, text in await _rows(
        conn,
        "SELECT conversation_id, number, text FROM ingest.web_messages "
        "ORDER BY conversation_id, number",
    ):
        found[UUID(str(home))].append((int(str(number)), str(text)))
    return {home: tuple(rows) for home, rows in found.items()}


async def _meetings(conn: Conn) -> dict[UUID, tuple[UUID, ...]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for home, booking in await _rows(conn, MEETINGS):
        found[UUID(str(home))].append(UUID(str(booking)))
    return {home: tuple(bookings) for home, bookings in found.items()}


async def _rings(conn: Conn) -> tuple[Ring, ...]:
    rows = await _rows(
        conn,
        "SELECT call_id, conversation_id, qualification_id, attempt, provider_call_id "
        "FROM voice_bridge.calls WHERE direction = 'out' ORDER BY created_at",
    )
    return tuple(Ring(*row) for row in rows)  # type: ignore[arg-type]  # as selected


async def leftovers(conn: Conn, *, dead: bool = True) -> tuple[str, ...]:
    """What is unsent, in hand, due or dead in any service, in words."""
    found = []
    for schema in SCHEMAS:
        counts = {
            "unsent events": f"SELECT count(*) FROM {schema}.outbox",  # noqa: S608  constants
            "jobs in hand, due or tried in vain": f"SELECT count(*) FROM {schema}.jobs "  # noqa: S608
            "WHERE dead_because IS NULL AND (due_at <= now() OR leased_until > now() "
            # Tried in vain, and soon again: it isn't over.
            "OR attempts > 0 AND due_at <= now() + interval '3 minutes')",
        }
        if dead:
            counts["dead jobs"] = (
                f"SELECT count(*) FROM {schema}.jobs WHERE dead_because IS NOT NULL"  # noqa: S608
            )
        for what, query in counts.items():
            ((count,),) = await _rows(conn, query)
            if count:
                found.append(f"{schema}: {count} {what}")
    return tuple(found)

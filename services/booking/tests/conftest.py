"""A schema of its own in the real database for each test, and leads who talk to the agent."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from segue_booking.calendars import calendar_of
from segue_booking.handler import BookingHandler
from segue_common.events import (
    BookingTurnRequested,
    Contact,
    Event,
    EventData,
    HandOff,
    Meeting,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    Reading,
    TurnCompleted,
    Utterance,
    root_event,
)
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant
from segue_dialogue.understanding import Context, understand

Connect = Callable[[], Awaitable[psycopg.AsyncConnection]]


@pytest.fixture
def schema_dsn(database_dsn: str) -> Iterator[str]:
    name = f"booking_{uuid4().hex}"
    schema = sql.Identifier(name)
    with psycopg.connect(database_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        conn.execute(sql.SQL("SET search_path TO {}, public").format(schema))
        folder = files("segue_booking.migrations")
        for script in sorted(path.name for path in folder.iterdir()):
            if script.endswith(".sql"):
                conn.execute(folder.joinpath(script).read_bytes())
    yield psycopg.conninfo.make_conninfo(database_dsn, options=f"-c search_path={name},public")
    with psycopg.connect(database_dsn, autocommit=True) as conn:
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


@dataclass
class Office:
    """One business with its booking service, at a time that the test sets."""

    tenant: Tenant
    connect: Connect
    now: datetime
    published: list[Event[EventData]] = field(default_factory=list)
    jobs: list[tuple[str, str]] = field(default_factory=list)

    async def handle(self, *events: Event[EventData]) -> list[EventData]:
        """One batch in one transaction, as the runtime does it; what was published."""
        calendar = calendar_of(self.tenant)
        handler = BookingHandler({calendar.tenant: self.tenant}, {calendar.tenant: calendar})
        conn = await self.connect()
        async with conn.transaction():
            work = Transaction(conn, self.now, "/test", {})
            await handler(work, events)
        await conn.close()
        self.jobs += [(item.job.kind, item.job.key) for item in work.jobs]
        self.published += (out := [item.event for item in work.outgoing])
        return [event.data for event in out]

    def event(
        self, data: EventData, conversation: UUID, id: UUID | None = None
    ) -> Event[EventData]:
        return root_event(
            data, id=id or uuid4(), source="/test", tenant=self.tenant.tenant,
            conversation_id=conversation, time=self.now,
        )  # fmt: skip

    def lead(self, **contact: str) -> "Lead":
        return Lead(self, Contact(contact_id=uuid4(), **contact))

    def of(self, kind: type[EventData]) -> list[EventData]:
        return [event.data for event in self.published if isinstance(event.data, kind)]


@dataclass
class Lead:
    """Somebody who chats; remembers what the router would remember for them."""

    office: Office
    contact: Contact
    language: str = "en"
    conversation: UUID = field(default_factory=uuid4)
    transcript: tuple[Utterance, ...] = ()
    question: str | None = None
    meeting: Meeting | None = None
    told: list[EventData] = field(default_factory=list)
    answer: TurnCompleted | None = None

    def turn(self, *texts: str, handed_over: HandOff | None = None) -> BookingTurnRequested:
        new = tuple(
            Utterance(
                message_id=uuid4(), speaker="lead", channel="web", text=text, at=self.office.now
            )
            for text in texts
        )
        self.transcript += new
        return BookingTurnRequested(
            turn_id=uuid4(), agent="booking", epoch=3, channel="web", language=self.language,
            contact=self.contact, transcript=self.transcript,
            new=tuple(line.message_id for line in new), question=self.question,
            reading=self._reading(texts[-1]), meeting=self.meeting, handed_over=handed_over,
        )  # fmt: skip

    def _reading(self, text: str) -> Reading:
        """What the router makes of it."""
        context = Context(question=self.question, has_booking=self.meeting is not None)
        meant = understand(text, context=context, now=self.office.now)
        return Reading(intent=meant.intent, confidence=meant.confidence)

    async def says(self, *texts: str, handed_over: HandOff | None = None) -> str:
        """Write, and read the answer."""
        request = self.turn(*texts, handed_over=handed_over)
        return self.reads(
            request, await self.office.handle(self.office.event(request, self.conversation))
        )

    def reads(self, request: BookingTurnRequested, told: Sequence[EventData]) -> str:
        answers = [data for data in told if isinstance(data, TurnCompleted)]
        assert [(one.turn_id, one.epoch) for one in answers] == [(request.turn_id, 3)]
        self.told, self.answer = list(told), answers[0]
        self.question = answers[0].question
        for data in told:
            if isinstance(data, MeetingBooked | MeetingMoved):
                self.meeting = Meeting(booking_id=data.booking_id, slot=data.slot)
            if isinstance(data, MeetingCancelled):
                self.meeting = None
        return " ".join(self.answer.says)


@pytest.fixture
def practice() -> Tenant:
    return Tenant.model_validate(
        {
            "tenant": "acme",
            "name": "Acme Dental",
            "time_zone": "America/New_York",
            "hours": {"mon-fri": "09:00-17:00"},
            "booking": {"closed": ["2026-06-05"]},
            "services": [
                {"id": "consult", "name": "Consultation", "minutes": 30, "resources": ["chair-1"]}
            ],
        }
    )


@pytest.fixture
def office(practice: Tenant, connect: Connect) -> Office:
    # A Monday, noon in New York.
    return Office(practice, connect, datetime.fromisoformat("2026-06-01T12:00:00-04:00"))

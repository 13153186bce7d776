"""A conversation with the sales agent as the router would lead it, without broker or database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from segue_common.events import (
    Contact,
    EventData,
    LeadQualified,
    LeadUpdated,
    Meeting,
    Reading,
    SalesTurnRequested,
    Score,
    Slot,
    TurnCompleted,
    Utterance,
)
from segue_common.events.shared import Channel, ConsentState
from segue_common.tenants import Tenant
from segue_qualifier.agent import answer
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.stages import follow

CONVERSATION = UUID("00000000-0000-0000-0000-0000000000c1")
# A Monday, ten in the morning in New York.
START = datetime(2025, 11, 24, 15, 0, tzinfo=UTC)
TENANT: dict[str, object] = {
    "tenant": "acme",
    "name": "Acme Dental",
    "time_zone": "America/New_York",
    "qualification": {
        "threshold": 70,
        "criteria": {
            "budget": {"points": 25, "minimum": 500},
            "authority": {"points": 20},
            "need": {"points": 25},
            "timeline": {"points": 30, "within_days": 30},
        },
    },
    "services": [{"id": "consult", "name": "Consultation", "minutes": 30, "resources": ["chair"]}],
}


def make_tenant(**changes: object) -> Tenant:
    return Tenant.model_validate({**TENANT, **changes})


@dataclass
class Talk:
    """One lead; `says` is one message and its answer, `mentions` is one that another agent got."""

    tenant: Tenant
    channel: Channel = "web"
    contact: Contact = field(default_factory=lambda: Contact(contact_id=CONVERSATION))
    now: datetime = START
    lead: Lead = field(init=False)
    consent: ConsentState = "unknown"
    question: str | None = None
    meeting: Meeting | None = None
    language: str = "en"
    transcript: tuple[Utterance, ...] = ()
    events: list[EventData] = field(default_factory=list)
    answers: list[TurnCompleted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lead = Lead(conversation_id=self.contact.contact_id)

    def line(self, text: str, speaker: str = "lead") -> Utterance:
        self.now += timedelta(seconds=20)
        said = Utterance.model_validate(
            {
                "message_id": uuid5(self.lead.conversation_id, str(len(self.transcript))),
                "speaker": speaker,
                "channel": self.channel,
                "text": text,
                "at": self.now,
            }
        )
        self.transcript = (*self.transcript, said)
        return said

    def mentions(self, text: str) -> None:
        self.line(text)

    def request(self, *texts: str) -> SalesTurnRequested:
        new = tuple(self.line(text).message_id for text in texts)
        return SalesTurnRequested(
            turn_id=uuid5(self.lead.conversation_id, f"turn {len(self.answers)}"),
            agent="sales",
            epoch=0,
            channel=self.channel,
            language=self.language,
            contact=self.contact,
            consent_to_call=self.consent,
            transcript=self.transcript,
            new=new,
            question=self.question,
            reading=Reading(intent="sales", confidence=1.0),
            first_contact=not self.answers,
            meeting=self.meeting,
        )

    def says(self, *texts: str) -> TurnCompleted:
        return self.take(self.request(*texts))

    def take(self, request: SalesTurnRequested) -> TurnCompleted:
        decision = answer(self.lead, request, self.tenant, self.now)
        self.lead = decision.state
        self.events.extend(decision.events)
        completed = next(e for e in decision.events if isinstance(e, TurnCompleted))
        self.answers.append(completed)
        self.question = completed.question
        self.contact = completed.contact or self.contact
        if completed.consent:
            self.consent = completed.consent.state
        for text in completed.says:
            self.line(text, "agent")
        return completed

    def happens(self, data: EventData) -> None:
        self.lead = follow(self.lead, data)

    @property
    def asked(self) -> list[str | None]:
        return [completed.question for completed in self.answers]

    @property
    def qualified(self) -> list[LeadQualified]:
        return [event for event in self.events if isinstance(event, LeadQualified)]

    @property
    def updates(self) -> list[LeadUpdated]:
        return [event for event in self.events if isinstance(event, LeadUpdated)]

    @property
    def score(self) -> Score:
        assert self.lead.score is not None
        return self.lead.score

    def points(self) -> dict[str, int]:
        return {line.criterion: line.points for line in self.score.lines}


@pytest.fixture
def talk() -> Callable[..., Talk]:
    """Starts a conversation: `talk(channel=..., phone=..., id=..., **tenant fields)`."""

    def start(
        channel: Channel = "web",
        phone: str | None = None,
        id: UUID = CONVERSATION,
        **tenant: object,
    ) -> Talk:
        contact = Contact(contact_id=id, phone=phone)
        return Talk(tenant=make_tenant(**tenant), channel=channel, contact=contact)

    return start


@pytest.fixture
def slot() -> Slot:
    """An hour that a meeting may have."""
    start = datetime(2025, 11, 27, 15, 0, tzinfo=UTC)
    return Slot(
        service="consult", service_name="Consultation", starts_at=start,
        ends_at=start + timedelta(minutes=30), time_zone="America/New_York",
    )  # fmt: skip

"""The state of one conversation, and the steps that change it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field
from segue_common.decisions import TIMER, Decision, NewJob, timer
from segue_common.events import (
    Contact,
    Event,
    EventData,
    HandOff,
    Meeting,
    MessageReceived,
    Model,
    Reading,
    SendRefused,
    SendRequested,
    Slot,
    Utterance,
    derived_id,
)
from segue_common.events.outbound import RefusalReason
from segue_common.events.shared import AgentName, Channel, ConsentState, Speaker
from segue_common.tenants import Tenant

# What an agent is given to read. Facts are kept elsewhere, so older words aren't lost.
WINDOW = 30
# And of one message so much: a window of the longest stays below what a record may hold.
LONGEST_LINE = 4_000


class Address(Model):
    """Where a lead can be written to on one channel, and when they last wrote from there."""

    value: str
    heard_at: AwareDatetime


class Turn(Model):
    """One request to an agent that has not been answered yet."""

    turn_id: UUID
    agent: AgentName
    epoch: int
    channel: Channel
    messages: tuple[UUID, ...]
    reading: Reading
    question: str | None = None
    handed_over: HandOff | None = None
    hand_offs: int = 0
    said: tuple[str, ...] = ()
    reminders: int = 0
    asked_at: datetime | None = None


class MeetingNews(Model):
    """A change of the meeting, the phrase that tells it, and the turn's request that made it."""

    phrase: str
    slot: Slot
    request: UUID | None = None

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still worth telling."""
        return self.slot.starts_at > now


class Conversation(Model):
    """Everything the router knows of one conversation.

    `epoch` rises with every takeover, release, opt-out and refusal of calls: what was decided
    under an older one is void. `language` is a guess until it is sure. `news` is what the booking
    agent changed last and its own answer tells, unless that is void: `void_request` is the last
    request whose answer was. `untold` is what waits until the router may speak.
    """

    contact: Contact
    language: str | None = None
    language_is_sure: bool = False
    owner: Literal["agent", "person"] = "agent"
    person: str | None = None
    epoch: int = 0
    opted_out: bool = False
    consent_to_call: ConsentState = "unknown"
    # The number that the consent was last told with.
    consent_phone: str | None = None
    channel: Channel | None = None
    addresses: dict[Channel, Address] = Field(default_factory=dict)
    transcript: tuple[Utterance, ...] = ()
    pending: tuple[UUID, ...] = ()
    turn: Turn | None = None
    question: str | None = None
    agent: AgentName | None = None
    meeting: Meeting | None = None
    news: MeetingNews | None = None
    void_request: UUID | None = None
    untold: MeetingNews | None = None
    answered: bool = False
    on_call: UUID | None = None
    # Other conversations of the same person, which this one has taken over.
    formerly: tuple[UUID, ...] = ()


def number_of(state: Conversation, sender: Contact | None = None) -> str | None:
    """The number of whoever speaks: the one they write from, else the one they have told us."""
    own = sender.phone if sender else None
    return own or state.contact.phone or state.consent_phone


@dataclass(frozen=True)
class Step:
    """A conversation on its way through one event: the state so far and what follows from it."""

    tenant: Tenant
    cause: Event[EventData]
    now: datetime
    state: Conversation
    events: tuple[EventData, ...] = ()
    jobs: tuple[NewJob, ...] = ()
    cancelled_jobs: tuple[tuple[str, str], ...] = ()

    @property
    def language(self) -> str:
        return self.state.language or self.tenant.languages.default

    def change(self, **fields: object) -> Self:
        """With these fields of the state replaced."""
        return replace(self, state=self.state.model_copy(update=fields))

    def emit(self, *events: EventData) -> Self:
        return replace(self, events=(*self.events, *events))

    def schedule(self, job: NewJob) -> Self:
        return replace(self, jobs=(*self.jobs, job))

    def cancel(self, kind: str, key: str) -> Self:
        return replace(self, cancelled_jobs=(*self.cancelled_jobs, (kind, key)))

    def wait(self, until: datetime, overdue: EventData) -> Self:
        """Be told at `until`, unless the turn is over by then; there is one at a time."""
        return self.schedule(timer(self._turn_timer, until, overdue))

    def stop_waiting(self) -> Self:
        return self.cancel(TIMER, self._turn_timer)

    @property
    def _turn_timer(self) -> str:
        return f"turn {self.cause.subject}"

    def next_id(self, kind: type[EventData]) -> UUID:
        """The ID that the next event of this kind will have."""
        emitted = sum(isinstance(event, kind) for event in self.events)
        return derived_id(self.cause.id, kind.TYPE, emitted)

    def fence(self) -> Self:
        """A new epoch: whatever is under way is void."""
        return self.change(epoch=self.state.epoch + 1, turn=None, pending=()).stop_waiting()

    def hear(self, line: Utterance) -> Self:
        """Add something that was said to the transcript; the timeline keeps all of it."""
        if len(line.text) > LONGEST_LINE:
            line = line.model_copy(update={"text": line.text[:LONGEST_LINE]})
        return self.change(transcript=(*self.state.transcript, line)[-WINDOW:])

    def send(self, text: str, channel: Channel, speaker: Speaker, turn: Turn | None = None) -> Self:
        """Let words out that the gate has allowed."""
        message_id = self.next_id(SendRequested)
        address = self.state.addresses[channel].value
        # Of several parts the first one is the answer that was waited for.
        is_first = not any(isinstance(event, SendRequested) for event in self.events)
        line = Utterance(
            message_id=message_id, speaker=speaker, channel=channel, text=text, at=self.now
        )
        return self.hear(line).emit(
            SendRequested(
                channel=channel, address=address, text=text, speaker=speaker,
                epoch=self.state.epoch, turn_id=turn.turn_id if turn else None,
                heard_at=self._heard_at(turn) if is_first else None,
            )
        )  # fmt: skip

    def _heard_at(self, turn: Turn | None) -> datetime | None:
        """When the oldest message came in that is answered now, if one is."""
        if turn is None:
            return self.cause.time if isinstance(self.cause.data, MessageReceived) else None
        messages = set(turn.messages)
        return min(
            (line.at for line in self.state.transcript if line.message_id in messages), default=None
        )

    def refuse(
        self, text: str, channel: Channel, reason: RefusalReason, turn_id: UUID | None = None
    ) -> Self:
        """Hold words back, on the record."""
        return self.emit(
            SendRefused(
                channel=channel, reason=reason, text=text, epoch=self.state.epoch, turn_id=turn_id
            )
        )

    def decision(self) -> Decision[Conversation]:
        return Decision(self.state, self.events, self.jobs, self.cancelled_jobs)


def turn_id(cause: UUID, number: int) -> UUID:
    """The ID of the n-th turn that one event starts."""
    return uuid5(cause, f"turn {number}")

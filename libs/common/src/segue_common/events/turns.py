"""Turns and their answers: `segue.turns.*` and `segue.conversation.replies`."""

from typing import Literal
from uuid import UUID

from segue_common.events import topics
from segue_common.events.envelope import EventData, Model
from segue_common.events.personal import PersonalText
from segue_common.events.shared import (
    AgentName,
    Channel,
    ConsentState,
    Contact,
    Fact,
    Meeting,
    TimeWish,
    Utterance,
)

# Questions of the booking agent; every other one is the sales agent's.
BOOKING_QUESTIONS = frozenset(
    {
        "choose_slot", "booking_time", "confirm_cancel", "confirm_booking", "booking_service",
        "booking_person",
    }
)  # fmt: skip


class Reading(Model):
    """What the router made of the new messages when it chose the agent.

    `asks_facts`: something is asked that documents may say, be it by a customer or a prospect.
    """

    intent: Literal["book", "support", "sales", "human", "other"]
    confidence: float
    wants_human: bool = False
    wants_call: bool = False
    asks_facts: bool = False


class HandOff(Model):
    """One agent passes the turn to another, with what the next one needs."""

    to: AgentName
    reason: str
    service: str | None = None
    wishes: tuple[TimeWish, ...] = ()


class TurnRequest(EventData):
    """Everything an agent needs to answer, inside the event.

    `transcript` is a window, oldest first, ending with the messages to answer, whose IDs are
    `new`. `question` is what was asked last (a slot, `consent_call`, `offer_next_step`,
    `choose_slot`...). `said` holds words that an earlier agent of this same turn has composed.
    `formerly` are other conversations that have turned out to be the same person's.
    """

    turn_id: UUID
    agent: AgentName
    epoch: int
    channel: Channel
    language: str
    contact: Contact
    consent_to_call: ConsentState = "unknown"
    transcript: tuple[Utterance, ...]
    new: tuple[UUID, ...]
    question: str | None = None
    reading: Reading
    first_contact: bool = False
    meeting: Meeting | None = None
    handed_over: HandOff | None = None
    said: tuple[PersonalText, ...] = ()
    formerly: tuple[UUID, ...] = ()

    @property
    def new_messages(self) -> tuple[Utterance, ...]:
        wanted = set(self.new)
        return tuple(line for line in self.transcript if line.message_id in wanted)


class SalesTurnRequested(
    TurnRequest, type="segue.turn.sales_requested.v1", topic=topics.TURNS_SALES
):
    """A turn for the sales agent."""


class BookingTurnRequested(
    TurnRequest, type="segue.turn.booking_requested.v1", topic=topics.TURNS_BOOKING
):
    """A turn for the booking agent."""


class SupportTurnRequested(
    TurnRequest, type="segue.turn.support_requested.v1", topic=topics.TURNS_SUPPORT
):
    """A turn for the support agent."""


class ConsentHeard(Model):
    """The lead allowed or refused to be phoned, in the quoted words."""

    state: Literal["granted", "denied"]
    quote: PersonalText
    message_id: UUID


class ModelUse(Model):
    """What a language model cost a turn; absent where none was used.

    `prompt` names the instructions and their version. `fell_back` says why the built-in answer or
    words were used after all; `dropped` counts proposals that had no evidence. `cost` is money in
    `currency` (ISO 4217), where prices are configured.
    """

    model: str
    prompt: str = ""
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    fell_back: str | None = None
    dropped: int = 0
    cost: float | None = None
    currency: str | None = None


class TurnCompleted(EventData, type="segue.turn.completed.v1", topic=topics.REPLIES):
    """One agent's answer to one turn: what to say, what was learned, what should happen.

    `question` names what the words ask, for reading the next message. `contact` carries what
    the agent learned of the lead's name, phone or email.
    """

    turn_id: UUID
    agent: AgentName
    epoch: int
    says: tuple[PersonalText, ...] = ()
    question: str | None = None
    facts: tuple[Fact, ...] = ()
    contact: Contact | None = None
    consent: ConsentHeard | None = None
    hand_off: HandOff | None = None
    wants_person: str | None = None
    sources: tuple[str, ...] = ()
    model_use: ModelUse | None = None

"""The lead's record: every fact with its evidence, what was asked, and where the lead stands."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue
from segue_common.events import ConsentHeard, Contact, Fact, Model, ModelSpent, Score
from segue_common.events.personal import PersonalText, PersonalValue
from segue_common.events.shared import Channel

Stage = Literal["new", "talking", "qualified", "contacted", "meeting", "lost"]
Reason = Literal["threshold", "asked_to_talk"]
CallWish = Literal["none", "wanted", "promised"]

# A transcript window is far shorter, so what has left this list never comes again.
KEEP_READ = 400


class Evidence(Model):
    """One fact as it was said at `at`; `replaced_at` is set once the lead has corrected it."""

    slot: str
    value: PersonalValue
    quote: PersonalText
    message_id: UUID
    at: AwareDatetime
    replaced_at: AwareDatetime | None = None
    replaced_by: UUID | None = None

    def as_fact(self) -> Fact:
        return Fact(slot=self.slot, value=self.value, quote=self.quote, message_id=self.message_id)


class Refusal(Model):
    """A slot that the lead would rather not speak about."""

    slot: str
    quote: PersonalText
    message_id: UUID


class Qualification(Model):
    """One time that the lead was passed on; `closed` says how it ended, `unanswered` that a call
    was tried in vain and will be again."""

    id: UUID
    reason: Reason
    revision: int
    at: AwareDatetime
    unanswered: bool = False
    closed: str | None = None


class Lead(Model):
    """Everything known of one lead; `revision` rises whenever facts, contact or score change.

    `turn` is the one taken up last: the router asks again after a while, and a turn counts once.
    """

    conversation_id: UUID
    contact: Contact | None = None
    channel: Channel | None = None
    language: str = "en"
    stage: Stage = "new"
    evidence: tuple[Evidence, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    # How often each question and offer was made.
    asked: dict[str, int] = Field(default_factory=dict)
    read: tuple[UUID, ...] = ()
    turn: UUID | None = None
    score: Score | None = None
    revision: int = 0
    qualifications: tuple[Qualification, ...] = ()
    consent: ConsentHeard | None = None
    call: CallWish = "none"
    booking_id: UUID | None = None
    spent: ModelSpent | None = None
    # Other conversations of the same person whose record this one has taken over.
    formerly: tuple[UUID, ...] = ()

    @property
    def current(self) -> tuple[Evidence, ...]:
        """The facts that hold, in the order in which they were said."""
        return tuple(item for item in self.evidence if item.replaced_at is None)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(item.as_fact() for item in self.current)

    def value(self, slot: str) -> JsonValue:
        """What holds for the slot, or None."""
        return next((item.value for item in self.current if item.slot == slot), None)

    @property
    def known(self) -> frozenset[str]:
        """The slots that need no asking: said or refused."""
        return frozenset(item.slot for item in self.current) | self.refused

    @property
    def contradicted(self) -> frozenset[str]:
        """The slots of which something else was said before what holds now."""
        return frozenset(item.slot for item in self.evidence if item.replaced_at is not None)

    @property
    def refused(self) -> frozenset[str]:
        return frozenset(refusal.slot for refusal in self.refusals)

    @property
    def open_qualification(self) -> Qualification | None:
        latest = self.qualifications[-1] if self.qualifications else None
        return latest if latest and latest.closed is None else None

    @property
    def phone(self) -> str | None:
        return self.contact.phone if self.contact else None

    @property
    def topic(self) -> str:
        """What the lead wants, in a few of their own words; empty if they never said."""
        need = self.value("need")
        return str(need.get("summary", "")) if isinstance(need, dict) else ""

    def times_asked(self, what: str) -> int:
        return self.asked.get(what, 0)

    def after_asking(self, what: str) -> "Lead":
        return self.model_copy(update={"asked": {**self.asked, what: self.times_asked(what) + 1}})

    def after_reading(self, message_ids: tuple[UUID, ...]) -> "Lead":
        return self.model_copy(update={"read": (*self.read, *message_ids)[-KEEP_READ:]})

    def closed(self, how: str) -> "Lead":
        """The open qualification has ended; a new wish to talk may start another."""
        if self.open_qualification is None:
            return self.model_copy(update={"call": "none"})
        ended = self.qualifications[-1].model_copy(update={"closed": how})
        return self.model_copy(
            update={"qualifications": (*self.qualifications[:-1], ended), "call": "none"}
        )

    def unanswered(self) -> "Lead":
        """A call was tried in vain: if the lead asks for one now, that is a new wish."""
        if self.open_qualification is None:
            return self
        tried = self.qualifications[-1].model_copy(update={"unanswered": True})
        return self.model_copy(
            update={"qualifications": (*self.qualifications[:-1], tried), "call": "none"}
        )

    def qualified(self, qualification_id: UUID, reason: Reason, now: datetime) -> "Lead":
        new = Qualification(id=qualification_id, reason=reason, revision=self.revision, at=now)
        return self.model_copy(
            update={"qualifications": (*self.qualifications, new), "stage": "qualified"}
        )

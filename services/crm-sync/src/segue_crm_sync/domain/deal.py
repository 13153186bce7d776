"""What the CRM knows of one conversation, and how events add to it.

The rules give the same deal in whatever order the events of different topics arrive: each part
keeps the newest that was said of it.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, computed_field
from segue_common.events import (
    CallAnswered,
    CallEnded,
    CallHeldBack,
    CallPlaced,
    Contact,
    Event,
    EventData,
    Fact,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    Model,
    Score,
    Slot,
)
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel

Stage = Literal["new", "qualified", "contacted", "meeting", "lost"]
# A person who declined, or wants no more calls, is not rung about this again.
LOST_BY = frozenset({"declined", "opted_out"})
REACHED_BY = frozenset({"booked", "handed_over"})
# What comes without a revision of its own gives way to any update of the lead.
NO_REVISION = 0


class Held(Model):
    """A field of the contact, with the lead's revision and the time that it is from."""

    value: PersonalText
    revision: int
    at: datetime


class Appointment(Model):
    """A meeting as it last stood."""

    slot: Slot
    cancelled: bool
    at: datetime


class Deal(Model):
    """One conversation as the CRM sees it; `revision` is that of the newest lead update."""

    contact_id: UUID | None = None
    name: Held | None = None
    phone: Held | None = None
    email: Held | None = None
    channel: Channel | None = None
    revision: int = NO_REVISION
    facts: tuple[Fact, ...] = ()
    score: Score | None = None
    scored_at: datetime | None = None
    qualified_at: datetime | None = None
    contacted_at: datetime | None = None
    lost_at: datetime | None = None
    meetings: dict[UUID, Appointment] = Field(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way to write it
    @property
    def stage(self) -> Stage:
        """How far the lead has come."""
        if self.meeting is not None:
            return "meeting"
        hopeful = [at for at in (self.qualified_at, self.contacted_at) if at is not None]
        if self.lost_at is not None and all(at <= self.lost_at for at in hopeful):
            return "lost"
        if self.contacted_at is not None:
            return "contacted"
        return "qualified" if self.qualified_at is not None else "new"

    @property
    def meeting(self) -> Slot | None:
        """The meeting that stands: of several, the one settled last."""
        standing = [one for one in self.meetings.values() if not one.cancelled]
        newest = max(standing, key=lambda one: (one.at, one.slot.starts_at), default=None)
        return newest.slot if newest else None


def apply(deal: Deal, event: Event[EventData]) -> Deal | None:
    """The deal after an event, or None if the event changes nothing: it is older than what is
    known."""
    match event.data:
        case LeadUpdated() as update:
            return _update(deal, update, event.time)
        case LeadQualified() as qualified:
            return _qualify(deal, qualified, event.time)
        case MeetingBooked(booking_id=booking, slot=slot, contact=contact):
            named = _with_contact(deal, contact, NO_REVISION, event.time) if contact else deal
            return _settle(named, booking, slot, event.time, cancelled=False)
        case MeetingMoved(booking_id=booking, slot=slot):
            return _settle(deal, booking, slot, event.time, cancelled=False)
        case MeetingCancelled(booking_id=booking, slot=slot):
            return _settle(deal, booking, slot, event.time, cancelled=True)
        case CallAnswered(by="person"):
            return _reach(deal, event.time)
        case CallEnded(outcome=outcome) if outcome in REACHED_BY:
            return _reach(deal, event.time)
        case CallEnded(outcome=outcome) if outcome in LOST_BY:
            return deal.model_copy(update={"lost_at": _later(deal.lost_at, event.time)})
        case CallPlaced() | CallHeldBack() | CallAnswered() | CallEnded():
            # Worth a line among the activities, though the deal stays what it was.
            return deal
    return None


def _update(deal: Deal, update: LeadUpdated, at: datetime) -> Deal | None:
    named = _with_contact(deal, update.contact, update.revision, at)
    if update.revision <= deal.revision:
        return named if named != deal else None
    changed = {
        "channel": update.channel, "facts": update.facts, "score": update.score,
        "scored_at": at, "revision": update.revision, "contact_id": update.contact.contact_id,
    }  # fmt: skip
    return named.model_copy(update=changed)


def _qualify(deal: Deal, qualified: LeadQualified, at: datetime) -> Deal:
    named = _with_contact(deal, qualified.contact, NO_REVISION, at)
    changed: dict[str, object] = {"qualified_at": _later(deal.qualified_at, at)}
    if deal.revision == NO_REVISION and (deal.scored_at is None or at >= deal.scored_at):
        changed |= {
            "channel": qualified.channel, "facts": qualified.facts, "score": qualified.score,
            "scored_at": at,
        }  # fmt: skip
    return named.model_copy(update=changed)


def _settle(deal: Deal, booking: UUID, slot: Slot, at: datetime, *, cancelled: bool) -> Deal:
    before = deal.meetings.get(booking)
    if before is not None and before.at > at:
        return deal
    meeting = Appointment(slot=slot, cancelled=cancelled, at=at)
    return deal.model_copy(update={"meetings": {**deal.meetings, booking: meeting}})


def _reach(deal: Deal, at: datetime) -> Deal:
    return deal.model_copy(update={"contacted_at": _later(deal.contacted_at, at)})


def _with_contact(deal: Deal, contact: Contact, revision: int, at: datetime) -> Deal:
    """Each field as the newest revision has it that has it at all."""
    changed: dict[str, object] = {}
    for field in ("name", "phone", "email"):
        value, before = getattr(contact, field), getattr(deal, field)
        if value and (before is None or (before.revision, before.at) < (revision, at)):
            changed[field] = Held(value=value, revision=revision, at=at)
    if deal.contact_id is None:
        changed["contact_id"] = contact.contact_id
    return deal.model_copy(update=changed) if changed else deal


def _later(before: datetime | None, at: datetime) -> datetime:
    return at if before is None else max(before, at)

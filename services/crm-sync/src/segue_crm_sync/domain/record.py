"""A contact's whole record, as it is shown and sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from segue_common.events import Fact, Model, Score, Slot

from segue_crm_sync.domain.deal import Deal, Stage


class Activity(Model):
    """One event that touched the record."""

    id: UUID
    conversation_id: UUID
    at: datetime
    type: str
    summary: str


class Lead(Model):
    """One conversation of the contact's."""

    conversation_id: UUID
    channel: str | None
    stage: Stage
    revision: int
    score: Score | None
    facts: tuple[Fact, ...]
    meeting: Slot | None
    qualified_at: datetime | None


class Record(Model):
    """A contact; `stage`, `score` and `meeting` are those of the lead that changed last."""

    tenant: str
    contact_id: UUID
    revision: int
    name: str | None
    phone: str | None
    email: str | None
    stage: Stage
    score: int | None
    meeting: Slot | None
    leads: tuple[Lead, ...]
    activities: tuple[Activity, ...]


class Person(Model):
    """A row of the contacts table."""

    tenant: str
    contact_id: UUID
    revision: int
    name: str | None
    phone: str | None
    email: str | None


def make_record(
    person: Person, deals: Sequence[tuple[UUID, Deal]], activities: Sequence[Activity]
) -> Record:
    """The record from its parts; `deals` in the order in which they changed, the last one last."""
    newest = deals[-1][1] if deals else Deal()
    return Record(
        **dict(person),
        stage=newest.stage,
        score=newest.score.points if newest.score else None,
        meeting=newest.meeting,
        leads=tuple(_lead(conversation, deal) for conversation, deal in deals),
        activities=tuple(activities),
    )


def _lead(conversation_id: UUID, deal: Deal) -> Lead:
    return Lead(
        conversation_id=conversation_id, channel=deal.channel, stage=deal.stage,
        revision=deal.revision, score=deal.score, facts=deal.facts, meeting=deal.meeting,
        qualified_at=deal.qualified_at,
    )  # fmt: skip

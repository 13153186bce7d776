"""Scores and qualifications: `segue.leads`."""

from typing import Literal
from uuid import UUID

from segue_common.events import topics
from segue_common.events.envelope import EventData, Model
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel, ConsentState, Contact, Fact


class ScoreLine(Model):
    """One criterion's points with the reason, and the lead's own words for it."""

    criterion: str
    points: int
    of: int
    because: str
    quote: PersonalText | None = None
    message_id: UUID | None = None


class Score(Model):
    """The sum of the lines; at `threshold` the lead qualifies."""

    points: int
    of: int
    threshold: int
    lines: tuple[ScoreLine, ...]


class LeadUpdated(EventData, type="segue.lead.updated.v1", topic=topics.LEADS):
    """What is known of a lead has changed."""

    contact: Contact
    channel: Channel
    facts: tuple[Fact, ...]
    score: Score
    revision: int


class LeadQualified(EventData, type="segue.lead.qualified.v1", topic=topics.LEADS):
    """A lead reached the threshold or asked to talk: emitted once per qualification.

    `consent_quote` holds the words that allowed the call where `consent_to_call` is granted.
    `topic` says in a few words what the lead wants, for a greeting.
    """

    qualification_id: UUID
    reason: Literal["threshold", "asked_to_talk"]
    contact: Contact
    channel: Channel
    language: str
    consent_to_call: ConsentState
    consent_quote: PersonalText | None = None
    facts: tuple[Fact, ...]
    score: Score
    topic: PersonalText
    epoch: int

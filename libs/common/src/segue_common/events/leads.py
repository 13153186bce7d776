"""Scores and qualifications: `segue.leads`."""

from typing import Literal
from uuid import UUID

from segue_common.events import topics
from segue_common.events.envelope import EventData, Model
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel, ConsentState, Contact, Fact
from segue_common.events.turns import ModelUse


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


class ModelSpent(Model):
    """What language models have cost a lead so far, over all its turns and calls.

    `cost` is in `currency` (ISO 4217) and covers the turns for which prices were configured.
    """

    uses: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    currency: str | None = None

    def plus(self, use: ModelUse) -> "ModelSpent":
        """The sum with one more use."""
        return self.joined(
            ModelSpent(
                uses=1,
                prompt_tokens=use.prompt_tokens,
                completion_tokens=use.completion_tokens,
                cost=use.cost or 0.0,
                currency=use.currency,
            )
        )

    def joined(self, other: "ModelSpent") -> "ModelSpent":
        """Both sums together."""
        return ModelSpent(
            uses=self.uses + other.uses,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=round(self.cost + other.cost, 9),
            currency=other.currency or self.currency,
        )


class LeadUpdated(EventData, type="segue.lead.updated.v1", topic=topics.LEADS):
    """What is known of a lead has changed, or what was spent on it; `spent` is the sum so far."""

    contact: Contact
    channel: Channel
    facts: tuple[Fact, ...]
    score: Score
    revision: int
    spent: ModelSpent | None = None


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

"""What a model may propose for a turn, and what of it counts as evidence."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from segue_dialogue.model.values import ProposedValue, plain_value, supported
from segue_dialogue.understanding.models import Affirmation, Fact, Intent


class ProposedFact(BaseModel):
    """A fact that the model believes the person stated in `quote`, a part of their message."""

    slot: str
    value: ProposedValue
    quote: str
    message_index: int


class TurnProposal(BaseModel):
    """A model's reading of the person's messages, and words it suggests for the answer."""

    facts: list[ProposedFact]
    affirmation: Affirmation | None
    wants_human: bool
    wants_call: bool
    opt_out: bool
    intent: Intent
    reply: str | None


class AnswerProposal(BaseModel):
    """A model's answer from numbered passages; None where they hold no answer."""

    answer: str | None
    passages: list[int] = Field(description="numbers of the passages that the answer rests on")


def checked_facts(proposal: TurnProposal, texts: Sequence[str]) -> tuple[Fact, ...]:
    """The proposed facts whose quote stands verbatim in one of the person's texts.

    A value that its quote contradicts, or that has the wrong shape for its slot, goes too; so
    does a repetition. The order is the model's.
    """
    kept: list[Fact] = []
    for proposed in proposal.facts:
        if not _is_quoted(proposed.quote, texts):
            continue
        if not supported(proposed.slot, proposed.value, proposed.quote):
            continue
        fact = Fact(slot=proposed.slot, value=plain_value(proposed.value), quote=proposed.quote)
        if fact not in kept:
            kept.append(fact)
    return tuple(kept)


def _is_quoted(quote: str, texts: Sequence[str]) -> bool:
    says_something = any(char.isalnum() for char in quote)
    return says_something and any(quote in text for text in texts)

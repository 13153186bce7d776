"""What a model may propose for a turn, and what of it counts as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from segue_dialogue.model.evidence import Ground, borne_out, gives_orders
from segue_dialogue.model.values import ProposedValue
from segue_dialogue.model.words import speaks_of
from segue_dialogue.understanding.models import Fact

Wish = Literal["human", "appointment"]
# A single letter or digit stands in every text.
_SHORTEST_QUOTE = 2


class ProposedFact(BaseModel):
    """A fact that the model believes the person stated in `quote`, a part of their message."""

    slot: str
    value: ProposedValue
    quote: str


class ProposedWish(BaseModel):
    """Something that the model believes the person asks for in `quote`."""

    kind: Wish
    quote: str


class TurnProposal(BaseModel):
    """A model's reading of the person's messages, and words it suggests before our own."""

    facts: list[ProposedFact]
    wishes: list[ProposedWish]
    reply: str | None


class VoiceProposal(BaseModel):
    """Words for a call, first since they are spoken as they come; and what was meant."""

    reply: str | None
    meant: str | None


class OneAnswer(BaseModel):
    """A model's answer from numbered passages; None where they hold no answer."""

    answer: str | None
    passages: list[int] = Field(description="numbers of the passages that the answer rests on")


class AnswersProposal(BaseModel):
    """One answer for each question that was asked, in their order."""

    answers: list[OneAnswer]


@dataclass(frozen=True)
class Checked:
    """What has evidence; `dropped` counts what was proposed without."""

    facts: tuple[Fact, ...] = ()
    wishes: frozenset[Wish] = frozenset()
    dropped: int = 0


def checked(
    proposal: TurnProposal, texts: Sequence[str], ground: Ground, *, new: Sequence[str] = ()
) -> Checked:
    """The proposed facts whose quote stands verbatim in one of the person's `texts` and bears
    them out, and the wishes whose quote stands in one of the `new` ones.

    At most one fact for a slot, in the model's order. A message that speaks about the rules of
    the conversation is no evidence of anything.
    """
    honest = [text for text in texts if not gives_orders(text)]
    facts: dict[str, Fact] = {}
    dropped = 0
    for proposed in proposal.facts:
        value = None
        if _is_quoted(proposed.quote, honest) and proposed.slot not in facts:
            value = borne_out(proposed.slot, proposed.value, proposed.quote, ground)
        if value is None:
            dropped += 1
        else:
            facts[proposed.slot] = Fact(slot=proposed.slot, value=value, quote=proposed.quote)
    asking = [text for text in new if not gives_orders(text)]
    wishes = frozenset(
        wish.kind
        for wish in proposal.wishes
        if _is_quoted(wish.quote, asking) and speaks_of(f"evidence.{wish.kind}", wish.quote)
    )
    dropped += sum(wish.kind not in wishes for wish in proposal.wishes)
    return Checked(tuple(facts.values()), wishes, dropped)


def _is_quoted(quote: str, texts: Sequence[str]) -> bool:
    says_something = sum(char.isalnum() for char in quote) >= _SHORTEST_QUOTE
    return says_something and any(quote in text for text in texts)

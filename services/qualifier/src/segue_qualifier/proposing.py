"""What of a language model's proposal counts for a lead: it fills gaps and overrules nothing."""

from collections.abc import Sequence

from segue_common.events import Fact, SalesTurnRequested
from segue_common.tenants import Tenant
from segue_dialogue.model import Checked, Ground, TurnProposal, checked

from segue_qualifier.domain.asking import PHRASED
from segue_qualifier.domain.hearing import FEW_WORDS, Heard
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.learning import Told
from segue_qualifier.domain.turn import NOTHING_PROPOSED, Proposed


def proposed(
    lead: Lead,
    proposal: TurnProposal | None,
    request: SalesTurnRequested,
    heard: Sequence[Heard],
    tenant: Tenant,
) -> Proposed:
    """Facts and wishes with evidence in what was heard, for slots of which nothing is known."""
    if proposal is None:
        return NOTHING_PROPOSED
    found = {fact.slot for item in heard for fact in item.meaning.facts}
    open_slots = (PHRASED | set(tenant.qualification.criteria)) - lead.known - found
    ground = Ground(frozenset(open_slots), request.question, tenant.region, tenant.currency)
    result = checked(
        proposal,
        [item.said.text for item in heard if not _is_courtesy(item)],
        ground,
        new=[item.said.text for item in heard if item.is_new],
    )
    return Proposed(
        told=_told(result, heard),
        wants_human="human" in result.wishes,
        books="appointment" in result.wishes,
        dropped=result.dropped,
    )


def _told(result: Checked, heard: Sequence[Heard]) -> tuple[Told, ...]:
    told = []
    for fact in result.facts:
        said = next(item.said for item in reversed(heard) if fact.quote in item.said.text)
        evidence = Fact(
            slot=fact.slot, value=fact.value, quote=fact.quote, message_id=said.message_id
        )
        told.append(Told(evidence, said.at))
    return tuple(told)


def _is_courtesy(item: Heard) -> bool:
    """A greeting, thanks, a plain yes or no, or a short request for a person or a call tells
    nothing about who says it."""
    meaning = item.meaning
    if meaning.wants_human or meaning.wants_call:
        return len(item.said.text.split()) <= FEW_WORDS
    polite = meaning.greeting or meaning.thanks or meaning.affirmation is not None
    return polite and meaning.intent == "other" and not meaning.facts

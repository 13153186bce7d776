"""How facts get into the record: a correction replaces, a repetition changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from segue_common.events import Contact, Fact

from segue_qualifier.domain.lead import Evidence, Lead, Refusal

CONTACT_SLOTS = ("name", "phone", "email")


@dataclass(frozen=True)
class Told:
    """A fact with the moment at which it was said."""

    fact: Fact
    at: datetime


def learn(lead: Lead, told: Iterable[Told]) -> tuple[Lead, tuple[Fact, ...]]:
    """The record with these facts, in the order said, and those of them that are news."""
    news: list[Fact] = []
    for item in told:
        before = lead
        lead = _refuse(lead, item.fact) if is_refusal(item.fact.value) else _state(lead, item)
        if lead is not before:
            news.append(item.fact)
    return lead, tuple(news)


def is_refusal(value: JsonValue) -> bool:
    """Whether the value says that the lead would rather not say."""
    return isinstance(value, dict) and value.get("refused") is True


def contact_with(contact: Contact, told: Iterable[Fact]) -> Contact:
    """The contact with the name, phone and address that these facts give."""
    changes = {
        fact.slot: fact.value
        for fact in told
        if fact.slot in CONTACT_SLOTS and isinstance(fact.value, str)
    }
    return contact.model_copy(update=changes) if changes else contact


def _refuse(lead: Lead, fact: Fact) -> Lead:
    """Who has said a thing has not refused it."""
    if fact.slot in lead.known:
        return lead
    refusal = Refusal(slot=fact.slot, quote=fact.quote, message_id=fact.message_id)
    return lead.model_copy(update={"refusals": (*lead.refusals, refusal)})


def _state(lead: Lead, told: Told) -> Lead:
    fact = told.fact
    if lead.value(fact.slot) == fact.value:
        return lead
    new = Evidence(
        slot=fact.slot,
        value=fact.value,
        quote=fact.quote,
        message_id=fact.message_id,
        at=told.at,
    )
    older = tuple(_replaced(item, fact.slot, fact.message_id, told.at) for item in lead.evidence)
    return lead.model_copy(
        update={
            "evidence": (*older, new),
            "refusals": tuple(item for item in lead.refusals if item.slot != fact.slot),
        }
    )


def _replaced(item: Evidence, slot: str, by: UUID, at: datetime) -> Evidence:
    if item.slot != slot or item.replaced_at is not None:
        return item
    return item.model_copy(update={"replaced_at": at, "replaced_by": by})

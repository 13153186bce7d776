"""The session that a call begins with: everything the chat has brought, ready to be said."""

from segue_common.events import Fact
from segue_common.tenants import Tenant
from segue_dialogue.phrasing import format_money, phrasebook

from segue_voice_bridge.domain.agent.session import Session, request_id
from segue_voice_bridge.domain.agent.words import greeting
from segue_voice_bridge.domain.desk_state import Call, Desk
from segue_voice_bridge.domain.numbers import zones_of
from segue_voice_bridge.domain.speech import call_languages, spoken_in

# More than this isn't said back in one breath.
_SAID_BACK = ("budget", "timeline", "people")


def open_session(desk: Desk, call: Call, tenant: Tenant) -> Session:
    """Compose the greeting and what the agent knows, before anybody has picked up."""
    lead = desk.qualification
    wanted = desk.language or tenant.languages.default
    language = spoken_in(wanted, tenant)
    topic = lead.topic if lead else ""
    name = desk.contact.name if desk.contact else None
    inbound = call.direction == "in"
    first = (
        phrasebook().say("voice.inbound.greeting", language, business=tenant.name)
        if inbound
        else greeting(language, tenant.name, name, topic)
    )
    return Session(
        call_id=call.call_id,
        direction=call.direction,
        language=language,
        languages=call_languages(language, tenant),
        business_language=tenant.languages.default,
        region=tenant.region,
        currency=tenant.currency,
        business=tenant.name,
        zone=tenant.time_zone,
        lead_zone=_lead_zone(call.phone, tenant),
        contact=desk.contact,
        topic=topic,
        known=_known(lead.facts if lead else (), language),
        may_call_back=not inbound and call.attempt < tenant.callback.attempts,
        greeting=first,
        question="how_can_i_help" if inbound else "good_time",
        first_request=request_id(call.call_id, 0),
    )


def _lead_zone(phone: str, tenant: Tenant) -> str:
    """The lead's zone where their number tells it, else the business'."""
    zones = zones_of(phone, tenant.time_zone)
    return zones[0] if len(zones) == 1 else tenant.time_zone


def _known(facts: tuple[Fact, ...], language: str) -> tuple[str, ...]:
    by_slot = {fact.slot: fact for fact in facts}
    said = (_in_words(by_slot[slot], language) for slot in _SAID_BACK if slot in by_slot)
    return tuple(words for words in said if words)


def _in_words(fact: Fact, language: str) -> str:
    """A budget as money, everything else in the lead's own words; empty for a refusal."""
    value = fact.value
    if isinstance(value, dict) and value.get("refused"):
        return ""
    if fact.slot == "budget" and isinstance(value, dict):
        amount, currency = value.get("amount"), value.get("currency")
        if isinstance(amount, int | float) and isinstance(currency, str):
            return format_money(amount, currency, language)
    return fact.quote.strip(" .,!?")

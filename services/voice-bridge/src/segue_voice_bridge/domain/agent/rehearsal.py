"""A call with nobody, so that the first real one finds every pattern compiled and word loaded."""

from datetime import datetime, timedelta
from uuid import UUID

from segue_common.events import Contact, Slot
from segue_common.tenants import Tenant

from segue_voice_bridge.domain.agent.hear import hear
from segue_voice_bridge.domain.agent.inputs import Connected, Heard, Input, SlotsCame
from segue_voice_bridge.domain.agent.session import Session, request_id

_NOBODY = UUID(int=0)
_WORDS = ("who is this?", "yes, on Tuesday at 3 or tomorrow morning?", "mmh", "the second one")


def rehearse(tenant: Tenant, language: str, now: datetime) -> int:
    """Talk through a short call in a language; returns how many turns it took."""
    slots = tuple(
        Slot(
            service="rehearsal",
            service_name="",
            starts_at=now + timedelta(days=day),
            ends_at=now + timedelta(days=day, minutes=30),
            time_zone=tenant.time_zone,
        )
        for day in (1, 2, 3)
    )
    session = Session(
        call_id=_NOBODY,
        direction="out",
        language=language,
        region=tenant.region,
        currency=tenant.currency,
        business=tenant.name,
        zone=tenant.time_zone,
        lead_zone=tenant.time_zone,
        contact=Contact(contact_id=_NOBODY),
        greeting="",
        first_request=request_id(_NOBODY, 0),
    )
    first = SlotsCame(request_id(_NOBODY, 0), slots, as_wished=True)
    inputs: tuple[Input, ...] = (Connected(""), first, *map(Heard, _WORDS))
    for event in inputs:
        session = hear(session, event, now).session
        if session.waiting:
            answer = SlotsCame(session.waiting.request_id, slots, as_wished=True)
            session = hear(session, answer, now).session
    return session.turn

"""When a lead is passed on: at the threshold, or because they ask to talk; once each time."""

from uuid import UUID

from segue_common.events import LeadQualified, derived_id

from segue_qualifier.domain.lead import Lead, Reason
from segue_qualifier.domain.scene import Scene


def qualify(lead: Lead, scene: Scene) -> tuple[Lead, LeadQualified | None]:
    """The record, and the event if the lead qualifies now.

    The threshold counts once in a conversation. Asking to talk counts again after an earlier
    qualification has ended, such as with a call that nobody took.
    """
    reason = _reason(lead, scene)
    if reason is None:
        return lead, None
    if lead.open_qualification:
        lead = lead.closed("asked again").model_copy(update={"call": lead.call})
    qualified = lead.qualified(
        qualification_id(lead.conversation_id, len(lead.qualifications)), reason, scene.now
    )
    return qualified, _event(qualified, scene)


def qualification_id(conversation_id: UUID, number: int) -> UUID:
    """The ID of a conversation's n-th qualification, counted from 0."""
    return derived_id(conversation_id, "qualification", number)


def _reason(lead: Lead, scene: Scene) -> Reason | None:
    current = lead.open_qualification
    if scene.request.meeting or (current and not (current.unanswered and lead.call == "wanted")):
        return None
    asks = lead.call == "wanted" or scene.signals.wants_human or scene.signals.call_now is not None
    # Without a number nobody can be rung; it is asked for first.
    if asks and (lead.phone or not scene.tenant.callback.enabled):
        return "asked_to_talk"
    return "threshold" if scene.reached and not lead.qualifications else None


def _event(lead: Lead, scene: Scene) -> LeadQualified:
    latest = lead.qualifications[-1]
    request = scene.request
    granted = lead.consent if scene.consent == "granted" else None
    return LeadQualified(
        qualification_id=latest.id,
        reason=latest.reason,
        contact=lead.contact or request.contact,
        channel=request.channel,
        language=request.language,
        consent_to_call=scene.consent,
        consent_quote=granted.quote if granted else None,
        facts=lead.facts,
        score=scene.score,
        topic=lead.topic,
        epoch=request.epoch,
    )

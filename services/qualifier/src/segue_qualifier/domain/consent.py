"""Whether the lead may be phoned: only their own words allow it, and they are kept."""

from segue_common.events import ConsentHeard, TurnRequest, Utterance
from segue_common.tenants import Tenant

from segue_qualifier.domain.hearing import Signals

CONSENT_QUESTIONS = frozenset({"offer_next_step", "consent_call"})


def hear_consent(question: str | None, signals: Signals) -> ConsentHeard | None:
    """What the new messages say about a call.

    Who asks for a call allows it. A yes or no counts only as the answer to our question, and
    not where the lead chose an appointment instead.
    """
    if signals.call_now:
        return _heard("granted", signals.call_now)
    if question not in CONSENT_QUESTIONS or signals.books:
        return None
    if signals.no:
        return _heard("denied", signals.no)
    return _heard("granted", signals.yes) if signals.yes else None


def implied_consent(request: TurnRequest, tenant: Tenant) -> ConsentHeard | None:
    """The first message as consent, where the tenant says that writing to them is one."""
    if tenant.callback.consent != "implied" or request.consent_to_call != "unknown":
        return None
    first = next((line for line in request.transcript if line.speaker == "lead"), None)
    return _heard("granted", first) if first else None


def _heard(state: str, said: Utterance) -> ConsentHeard:
    return ConsentHeard.model_validate(
        {"state": state, "quote": said.text, "message_id": said.message_id}
    )

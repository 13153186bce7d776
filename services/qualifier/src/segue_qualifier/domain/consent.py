"""Whether the lead may be phoned: only their own words allow it, and they are kept."""

import re

from segue_common.events import ConsentHeard, TurnRequest, Utterance
from segue_common.events.shared import ConsentState
from segue_common.tenants import Tenant

from segue_qualifier.domain.hearing import Signals
from segue_qualifier.domain.lead import Lead

# A yes with any of this in it may be none ("yes, but not now", "I am driving"): we ask again.
_HEDGE = re.compile(
    r"\?|^\W*(?:i am|i'm|i have|i've|i do|i can|we are|we're|we have|we do)\b"
    r"|\b(?:but|not|busy|later|unless|only if|maybe|depends)\b|n't\b"
    r"|\b(?:pero|luego|después|más tarde|ocupad[oa]|aber|nicht|später|mais|pas|plus tard"
    r"|mas|não|depois)\b",
    re.IGNORECASE,
)
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
    if signals.yes is None or _HEDGE.search(signals.yes.text.replace("’", "'")):
        return None
    return _heard("granted", signals.yes)


def consent_to_report(
    before: Lead, after: Lead, heard: ConsentHeard | None, state: ConsentState
) -> ConsentHeard | None:
    """What the router is to know now; `state` is what it knows.

    Leave to call without a number is kept until the number is known, so that whoever rings
    learns both at once.
    """
    if heard and (heard.state == "denied" or after.phone):
        return heard
    waiting = before.call == "wanted" and state == "unknown"
    return before.consent if waiting and not heard and after.phone else None


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

"""Whether to ring now, later or not: the gate's word made into jobs and events."""

from segue_common.events import CallHeldBack, SlotsWanted

from segue_voice_bridge.domain import orders
from segue_voice_bridge.domain.agent.session import request_id
from segue_voice_bridge.domain.desk_state import Call, Qualification
from segue_voice_bridge.domain.draft import Draft
from segue_voice_bridge.domain.gate import Allowed, HeldBack, gate, leave_ended


def consider(draft: Draft) -> None:
    """Queue the next attempt if a lead waits for one, no call is in hand and the gate is open."""
    lead = draft.desk.qualification
    if lead is None or lead.closed or draft.desk.call is not None:
        return
    if lead.not_before is not None and lead.not_before > draft.now:
        # Written again each time, since the timer's clock may have been ahead of ours.
        draft.jobs.append(orders.look_again(lead.id, lead.not_before))
        return
    match gate(draft.desk, draft.tenant, draft.now):
        case Allowed(phone):
            _queue(draft, lead, phone)
        case HeldBack() as held:
            _hold_back(draft, lead, held)


def stop_if_leave_ended(draft: Draft) -> None:
    """Revoke the call in hand once it may not go on. A live session reads this and says goodbye;
    one that still waits for the carrier is refused by the runner, which looks here too."""
    call = draft.desk.call
    if call is None or call.revoked is not None:
        return
    reason = leave_ended(draft.desk, call)
    if reason is not None:
        call = draft.update_call(call, revoked=reason)
        draft.jobs.append(orders.hang_up(call, draft.conversation, draft.now))


def _queue(draft: Draft, lead: Qualification, phone: str) -> None:
    """The slots are asked for now, so that they are there when somebody picks up."""
    attempt = lead.attempts + 1
    call_id = orders.call_id_for(lead.id, attempt)
    request = request_id(call_id, 0)
    call = Call(
        call_id=call_id,
        qualification_id=lead.id,
        attempt=attempt,
        phone=phone,
        allowed_at=draft.at,
        requests=(request,),
    )
    draft.update(call=call, held=None)
    draft.events.append(SlotsWanted(request_id=request))
    draft.jobs.append(orders.ring(call, draft.conversation))


def _hold_back(draft: Draft, lead: Qualification, held: HeldBack) -> None:
    """Tell a refusal once; where only time is missing, look again when it has passed."""
    if held.until is not None:
        draft.jobs.append(orders.look_again(lead.id, held.until))
        draft.update_qualification(wished_at=held.until)
    told = (lead.id, held.reason, held.until)
    if draft.desk.held == told:
        return
    draft.update(held=told)
    draft.events.append(
        CallHeldBack(qualification_id=lead.id, reason=held.reason, until=held.until)
    )
    if held.reason == "already_booked":
        draft.update_qualification(closed=True)

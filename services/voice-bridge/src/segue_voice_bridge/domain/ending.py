"""The end of a call, and whether the policy allows another attempt."""

from datetime import datetime, timedelta

from segue_common.events import CallEnded
from segue_common.events.calls import CallOutcome

from segue_voice_bridge.domain import orders
from segue_voice_bridge.domain.calling_hours import next_opening
from segue_voice_bridge.domain.desk_state import Call
from segue_voice_bridge.domain.draft import Draft
from segue_voice_bridge.domain.numbers import zones_of

# Nobody was spoken to, so ringing again doesn't pester anybody.
RETRIED: frozenset[CallOutcome] = frozenset({"busy", "no_answer", "failed", "voicemail"})
# Another event decides whether the lead is rung again after these.
LEFT_OPEN: frozenset[CallOutcome] = frozenset({"cancelled"})
# What the lead said when they rang themself settles what they would be rung about.
SETTLED: frozenset[CallOutcome] = frozenset({"booked", "declined", "opted_out", "handed_over"})


def end(
    draft: Draft,
    call: Call,
    outcome: CallOutcome,
    *,
    seconds: int | None = None,
    detail: str = "",
    final: bool = False,
) -> None:
    """Close the call; the qualification stays open if another attempt is due."""
    retry_at = None if final else _retry_at(draft, call, outcome)
    draft.events.append(
        CallEnded(
            call_id=call.call_id,
            qualification_id=call.qualification_id,
            attempt=call.attempt,
            outcome=outcome,
            seconds=seconds,
            detail=detail,
            retry_at=retry_at,
            spent=call.spent,
        )
    )
    draft.cancelled.append((orders.INQUIRE, str(call.call_id)))
    draft.update(call=None)
    if outcome == "opted_out":
        # The router's word on it is on its way; nothing may ring before it arrives.
        draft.update(opted_out=True)
    _settle(draft, call, outcome, retry_at)


def _settle(draft: Draft, call: Call, outcome: CallOutcome, retry_at: datetime | None) -> None:
    lead = draft.desk.qualification
    if call.direction == "in" and outcome in SETTLED:
        draft.update_qualification(closed=True)
    if lead is None or call.qualification_id != lead.id:
        return
    if retry_at is not None:
        draft.update_qualification(not_before=retry_at, wished_at=retry_at)
        draft.jobs.append(orders.look_again(lead.id, retry_at))
    elif outcome not in LEFT_OPEN:
        draft.update_qualification(closed=True)


def _retry_at(draft: Draft, call: Call, outcome: CallOutcome) -> datetime | None:
    """The next moment within calling hours after the policy's pause, or after the time that the
    lead asked for; None where no attempt is left or none is wanted."""
    callback, zones = draft.tenant.callback, zones_of(call.phone, draft.tenant.time_zone)
    if call.direction == "in" or call.attempt >= callback.attempts:
        return None
    if call.call_back_at is not None:
        return next_opening(call.call_back_at, zones, callback.call_hours)
    if outcome not in RETRIED or call.booked_request is not None or _was_talked_on(call):
        return None
    pause = timedelta(minutes=callback.retry_minutes)
    return next_opening(draft.now + pause, zones, callback.call_hours)


def _was_talked_on(call: Call) -> bool:
    return call.answered_by == "person"

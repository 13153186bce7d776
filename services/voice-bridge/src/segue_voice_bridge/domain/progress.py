"""What becomes of a call: from the carrier's acceptance to its end."""

from datetime import datetime
from typing import Literal

from segue_common.events import (
    BookingWanted,
    CallAnswered,
    CallPlaced,
    CallSaid,
    ModelSpent,
    ModelUse,
    SlotsWanted,
)
from segue_common.events.calls import CallOutcome
from segue_common.events.shared import Speaker

from segue_voice_bridge.domain import orders
from segue_voice_bridge.domain.agent.session import request_id
from segue_voice_bridge.domain.desk_state import Call
from segue_voice_bridge.domain.draft import Draft
from segue_voice_bridge.domain.ending import end
from segue_voice_bridge.domain.happenings import (
    AnswererKnown,
    CalledIn,
    CallProgressed,
    NotRung,
    Rang,
    RelayClosed,
    RingFailed,
    TurnTaken,
)

# A line that breaks a second time would only annoy.
MOST_RECONNECTS = 1
Answerer = Literal["person", "machine", "unknown"]

_UNANSWERED: dict[str, CallOutcome] = {
    "busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "cancelled",
}  # fmt: skip
OVER = {"completed", "busy", "no-answer", "failed", "canceled"}


def rang(draft: Draft, data: Rang) -> None:
    call = _call(draft, data.call_id)
    if call is not None and not call.placed:
        _placed(draft, call, data.provider_call_id, data.accepted_at)


def not_rung(draft: Draft, data: NotRung) -> None:
    """The attempt wasn't used; whether another is due is for the gate to say."""
    call = _call(draft, data.call_id)
    if call is not None and not call.placed:
        draft.update(call=None, silenced=call.phone if data.silenced else draft.desk.silenced)


def ring_failed(draft: Draft, data: RingFailed) -> None:
    """A number that the carrier refuses won't become better by waiting; an account may."""
    call = _call(draft, data.call_id)
    if call is not None and not call.placed:
        draft.update_qualification(attempts=call.attempt)
        end(draft, call, "failed", detail=data.detail, final=data.permanent)


def called_in(draft: Draft, data: CalledIn) -> None:
    """A call by the lead takes the place of one that still waits for the carrier."""
    held = draft.desk.call
    if held is not None and held.placed:
        return
    request = request_id(data.call_id, 0)
    call = Call(
        call_id=data.call_id,
        qualification_id=None,
        attempt=1,
        direction="in",
        phone=data.phone,
        allowed_at=draft.at,
        requests=(request,),
        answered=True,
        answered_by="person",
    )
    draft.update(call=call, contact=draft.desk.contact or data.contact)
    _placed(draft, call, data.provider_call_id, draft.now)
    draft.events.append(CallAnswered(call_id=call.call_id, by="person"))
    draft.events.append(SlotsWanted(request_id=request))


def progressed(draft: Draft, data: CallProgressed) -> None:
    """Callbacks come repeated and in any order; what comes after the end changes nothing."""
    call = _call(draft, data.call_id)
    if call is None:
        return
    if not call.placed:
        # The carrier's callback was quicker than its answer to us.
        call = _placed(draft, call, data.provider_call_id, draft.now)
    if data.status == "in-progress":
        draft.update_call(call, answered=True)
    elif data.status in OVER:
        _over(draft, call, data)


def answerer_known(draft: Draft, data: AnswererKnown) -> None:
    call = _call(draft, data.call_id)
    if call is not None:
        _answered(draft, call, data.by)


def relay_closed(draft: Draft, data: RelayClosed) -> None:
    """Of a call that we make the carrier reports the end itself; one that a lead makes is over
    with its session."""
    call = _call(draft, data.call_id)
    if call is None:
        return
    if data.lost:
        call = draft.update_call(call, reconnects=call.reconnects + 1)
    elif data.outcome is not None and call.outcome is None:
        call = draft.update_call(call, outcome=data.outcome)
    if call.direction == "in" and (not data.lost or call.reconnects > MOST_RECONNECTS):
        call = tell_unheard(draft, call)
        end(draft, call, _outcome(call, "completed"), seconds=data.seconds, detail=call.detail)


def turn_taken(draft: Draft, data: TurnTaken) -> None:
    """Words become events in the order in which they were said; the agent's last ones wait for
    the next words or the end of the call, which tell how much of them was heard."""
    call = _call(draft, data.call_id)
    if call is None:
        return
    heard_by_us = data.heard is not None
    if data.cut is not None or heard_by_us or data.says is not None:
        call = tell_unheard(draft, call, data.cut)
    if heard_by_us:
        # Where nothing was said to them, the turn's cost stands with the lead's own words.
        use = None if data.says else data.model_use
        call = _say(
            draft, call, "lead", data.heard or "", switched_to=data.switched_to, model_use=use
        )
        call = _heard_a_voice(draft, call, machine=data.session.outcome == "voicemail")
    session = data.session
    changes: dict[str, object] = {
        "answered": True, "detail": session.detail, "call_back_at": session.call_back_at,
        "outcome": session.outcome or call.outcome, "unheard": data.says or call.unheard,
    }  # fmt: skip
    if data.says:
        changes["unheard_use"] = data.model_use
    if data.model_use is not None:
        changes["spent"] = (call.spent or ModelSpent()).plus(data.model_use)
    commands: tuple[SlotsWanted | BookingWanted, ...] = (*data.slots_wanted, *data.bookings_wanted)
    changes["requests"] = (*call.requests, *(command.request_id for command in commands))
    draft.update_call(call, **changes)
    draft.events.extend(commands)


def tell_unheard(draft: Draft, call: Call, cut: str | None = None) -> Call:
    """Tell what the agent said last, now that it is known how much of it was heard."""
    if call.unheard is None:
        return call
    told = _say(draft, call, "agent", call.unheard, cut, model_use=call.unheard_use)
    return draft.update_call(told, unheard=None, unheard_use=None)


def _say(
    draft: Draft,
    call: Call,
    speaker: Speaker,
    text: str,
    heard: str | None = None,
    *,
    switched_to: str | None = None,
    model_use: ModelUse | None = None,
) -> Call:
    said = CallSaid(
        call_id=call.call_id,
        number=call.lines + 1,
        speaker=speaker,
        text=text,
        heard=heard,
        switched_to=switched_to,
        model_use=model_use,
    )
    draft.events.append(said)
    return draft.update_call(call, lines=call.lines + 1)


def _heard_a_voice(draft: Draft, call: Call, *, machine: bool) -> Call:
    """Who speaks twice is a person, if the carrier hasn't said yet; a machine speaks once, and
    the verdict on it may come later than its words."""
    call = draft.update_call(call, heard_lines=call.heard_lines + 1)
    if machine:
        return _answered(draft, call, "machine")
    return _answered(draft, call, "person") if call.heard_lines > 1 else call


def _answered(draft: Draft, call: Call, by: Answerer) -> Call:
    """Tell once who has picked up."""
    if call.answered_by is not None:
        return call
    draft.events.append(CallAnswered(call_id=call.call_id, by=by))
    return draft.update_call(call, answered=True, answered_by=by)


def _over(draft: Draft, call: Call, data: CallProgressed) -> None:
    if data.status == "completed":
        call = draft.update_call(call, answered=True)
    if call.answered:
        call = _answered(draft, call, "person" if call.heard_lines else "unknown")
    call = tell_unheard(draft, call)
    outcome = _outcome(call, data.status)
    end(draft, call, outcome, seconds=data.seconds, detail=call.detail or data.detail)


def _outcome(call: Call, status: str) -> CallOutcome:
    if call.booked_request is not None:
        return "booked"
    if call.outcome is not None:
        return call.outcome
    if call.revoked is not None:
        return "cancelled"
    if call.answered_by == "machine":
        return "voicemail"
    return _UNANSWERED.get(status, "hung_up")


def _placed(draft: Draft, call: Call, provider_call_id: str, at: datetime) -> Call:
    call = draft.update_call(call, placed=True, provider_call_id=provider_call_id)
    if call.direction == "out":
        draft.update_qualification(attempts=call.attempt)
    draft.events.append(
        CallPlaced(
            call_id=call.call_id,
            qualification_id=call.qualification_id,
            attempt=call.attempt,
            provider_call_id=provider_call_id,
            phone=call.phone,
            direction=call.direction,
            seconds_since_allowed=_seconds(call, at),
        )
    )
    draft.jobs.append(orders.inquire(call, draft.now))
    return call


def _seconds(call: Call, at: datetime) -> float | None:
    if call.direction == "in":
        return None
    return max((at - call.allowed_at).total_seconds(), 0.0)


def _call(draft: Draft, call_id: object) -> Call | None:
    call = draft.desk.call
    return call if call is not None and call.call_id == call_id else None

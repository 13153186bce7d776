"""The gate that every outgoing call passes, before it is queued and again before it is placed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from segue_common.events.calls import CallRefusal
from segue_common.tenants import Tenant

from segue_voice_bridge.domain.calling_hours import next_opening
from segue_voice_bridge.domain.desk_state import Call, Desk
from segue_voice_bridge.domain.numbers import may_be_rung, zones_of

# A call that is later than this would surprise somebody who has long found another way.
WISH_HOLDS = timedelta(hours=12)


@dataclass(frozen=True)
class Allowed:
    """The call may be placed now, to this number."""

    phone: str


@dataclass(frozen=True)
class HeldBack:
    """The call may not be placed; where time alone opens the gate, `until` says when."""

    reason: CallRefusal
    until: datetime | None = None


def gate(desk: Desk, tenant: Tenant, now: datetime) -> Allowed | HeldBack:
    """Whether the conversation's lead may be rung now."""
    if refusal := _refusal(desk, tenant):
        return HeldBack(refusal)
    phone = desk.phone
    if phone is None or not may_be_rung(phone):
        return HeldBack("no_number")
    zones, hours = zones_of(phone, tenant.time_zone), tenant.callback.call_hours
    wished_at = desk.qualification.wished_at if desk.qualification else None
    first = next_opening(wished_at, zones, hours) if wished_at else None
    if first is not None and now - first > WISH_HOLDS:
        return HeldBack("wish_too_old")
    opening = next_opening(now, zones, hours)
    if opening != now:
        return HeldBack("outside_hours", opening)
    return Allowed(phone)


def leave_ended(desk: Desk, call: Call) -> CallRefusal | None:
    """Why a call that is ringing or being talked on must end, or None while it may go on."""
    if desk.owner == "person":
        return "person_has_it"
    if call.direction == "in":
        return None
    if desk.opted_out or desk.silenced == call.phone:
        return "opted_out"
    if desk.consent_now == "denied":
        return "no_consent"
    if desk.meeting is not None and call.booked_request is None:
        return "already_booked"
    return "stale_epoch" if desk.leave_epoch < desk.epoch else None


def _refusal(desk: Desk, tenant: Tenant) -> CallRefusal | None:
    """The first reason that time alone doesn't mend."""
    twilio, callback, lead = tenant.channels.twilio, tenant.callback, desk.qualification
    if not callback.enabled or twilio is None or twilio.voice_from is None:
        return "disabled"
    if desk.opted_out or (desk.silenced is not None and desk.silenced == desk.phone):
        return "opted_out"
    if desk.owner == "person":
        return "person_has_it"
    if desk.meeting is not None:
        return "already_booked"
    consent = desk.consent_now
    if consent == "denied" or (callback.consent == "ask" and consent != "granted"):
        return "no_consent"
    if desk.leave_epoch < desk.epoch:
        return "stale_epoch"
    if lead is not None and lead.attempts >= callback.attempts:
        return "attempts_used"
    return None

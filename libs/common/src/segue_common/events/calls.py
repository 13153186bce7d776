"""Calls from the decision to ring to their outcome: `segue.calls`."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from segue_common.events import topics
from segue_common.events.envelope import EventData
from segue_common.events.leads import ModelSpent
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Speaker
from segue_common.events.turns import ModelUse

CallRefusal = Literal[
    "no_number", "no_consent", "opted_out", "outside_hours", "person_has_it", "disabled",
    "already_booked", "stale_epoch", "attempts_used", "wish_too_old",
]  # fmt: skip
CallOutcome = Literal[
    "booked", "handed_over", "declined", "opted_out", "hung_up", "no_answer", "busy", "voicemail",
    "failed", "cancelled",
]  # fmt: skip


class CallHeldBack(EventData, type="segue.call.held_back.v1", topic=topics.CALLS):
    """The gate didn't let the call out now; `until` is set where it will look again by itself."""

    qualification_id: UUID
    reason: CallRefusal
    until: AwareDatetime | None = None


class CallPlaced(EventData, type="segue.call.placed.v1", topic=topics.CALLS):
    """The carrier accepted the call; `seconds_since_allowed` is the time from the event that
    let it out (the qualification or the consent) to the carrier's acceptance."""

    call_id: UUID
    qualification_id: UUID | None
    attempt: int
    provider_call_id: str
    phone: PersonalText
    direction: Literal["out", "in"] = "out"
    seconds_since_allowed: float | None = None


class CallAnswered(EventData, type="segue.call.answered.v1", topic=topics.CALLS):
    """Somebody or something picked up."""

    call_id: UUID
    by: Literal["person", "machine", "unknown"]


class CallSaid(EventData, type="segue.call.said.v1", topic=topics.CALLS):
    """One thing said on a call; `heard` is how much of it was played before an interruption,
    `switched_to` the language in which the call goes on where the lead's words changed it, and
    `model_use` what a language model cost it."""

    call_id: UUID
    number: int
    speaker: Speaker
    text: PersonalText
    heard: PersonalText | None = None
    switched_to: str | None = None
    model_use: ModelUse | None = None


class CallEnded(EventData, type="segue.call.ended.v1", topic=topics.CALLS):
    """One attempt is over; `retry_at` is set where the policy allows another, `spent` where a
    language model was used on it."""

    call_id: UUID
    qualification_id: UUID | None
    attempt: int
    outcome: CallOutcome
    seconds: int | None = None
    detail: str = ""
    retry_at: AwareDatetime | None = None
    spent: ModelSpent | None = None

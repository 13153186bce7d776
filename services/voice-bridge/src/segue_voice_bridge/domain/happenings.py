"""What happens to calls: internal events, from webhooks, live sessions, jobs and timers."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime
from segue_common.events import (
    BookingWanted,
    Contact,
    EventData,
    ModelUse,
    SlotsWanted,
)
from segue_common.events.calls import CallOutcome
from segue_common.events.personal import PersonalText

from segue_voice_bridge.domain.agent.session import Session

CarrierStatus = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "failed",
    "canceled",
]  # fmt: skip


class LookAgain(EventData, type="segue.internal.voice_bridge.look_again.v1"):
    """Timer: the gate may open now for a qualification."""

    qualification_id: UUID


class Rang(EventData, type="segue.internal.voice_bridge.rang.v1"):
    """The carrier has accepted a call."""

    call_id: UUID
    provider_call_id: str
    accepted_at: AwareDatetime


class NotRung(EventData, type="segue.internal.voice_bridge.not_rung.v1"):
    """The gate was shut when the call was to be placed: nothing was done. `silenced` where the
    number may not be rung because of what was said in another conversation."""

    call_id: UUID
    silenced: bool = False


class RingFailed(EventData, type="segue.internal.voice_bridge.ring_failed.v1"):
    """The carrier refused to place this call; `detail` is its own code. Where the number is at
    fault, waiting doesn't mend it: `permanent`."""

    call_id: UUID
    detail: str
    permanent: bool = True


class NumberSilenced(EventData, type="segue.internal.voice_bridge.number_silenced.v1"):
    """Another conversation's lead wants this number (E.164) not to be rung."""

    phone: PersonalText


class CalledIn(EventData, type="segue.internal.voice_bridge.called_in.v1"):
    """The lead rings the business."""

    call_id: UUID
    provider_call_id: str
    phone: PersonalText
    contact: Contact


class CallProgressed(EventData, type="segue.internal.voice_bridge.progressed.v1"):
    """What the carrier says of a call."""

    call_id: UUID
    provider_call_id: str
    status: CarrierStatus
    seconds: int | None = None
    detail: str = ""


class AnswererKnown(EventData, type="segue.internal.voice_bridge.answerer_known.v1"):
    """The carrier's verdict on who picked up."""

    call_id: UUID
    by: Literal["person", "machine", "unknown"]


class RelayClosed(EventData, type="segue.internal.voice_bridge.relay_closed.v1"):
    """A relay session is over; `lost` where it broke and the call goes on."""

    call_id: UUID
    session_id: str
    lost: bool = False
    outcome: CallOutcome | None = None
    seconds: int | None = None


class TurnTaken(EventData, type="segue.internal.voice_bridge.turn_taken.v1"):
    """One turn of the agent: what was heard, what it said, and the session after it.

    `cut` is how much of the words before was heard, where the person spoke over them;
    `switched_to` the language in which the call goes on, where what was heard changed it, and
    `model_use` what a language model cost.
    """

    call_id: UUID
    heard: PersonalText | None = None
    cut: PersonalText | None = None
    switched_to: str | None = None
    says: PersonalText | None = None
    slots_wanted: tuple[SlotsWanted, ...] = ()
    bookings_wanted: tuple[BookingWanted, ...] = ()
    session: Session
    model_use: ModelUse | None = None


__all__ = [
    "AnswererKnown",
    "CallProgressed",
    "CalledIn",
    "CarrierStatus",
    "LookAgain",
    "NotRung",
    "NumberSilenced",
    "Rang",
    "RelayClosed",
    "RingFailed",
    "TurnTaken",
]

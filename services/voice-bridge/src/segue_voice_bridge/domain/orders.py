"""Jobs of this service: ring, hang up, ask what became of a call."""

from datetime import datetime, timedelta
from uuid import UUID

from segue_common.decisions import NewJob, timer
from segue_common.events import Model, derived_id
from segue_common.events.personal import PersonalText

from segue_voice_bridge.domain.desk_state import Call
from segue_voice_bridge.domain.happenings import LookAgain, NumberSilenced

RING, HANG_UP, INQUIRE = "ring", "hang_up", "inquire"

# A carrier's callback may be lost, so it is asked after this time, and then again and again.
INQUIRE_AFTER = timedelta(seconds=120)


class RingOrder(Model):
    """Ring this number for this call."""

    call_id: UUID
    phone: PersonalText
    allowed_at: datetime


class CallOrder(Model):
    """Something to do about a call that the carrier knows."""

    call_id: UUID


class HangUpOrder(CallOrder):
    """End a call that may not go on since `leave_ended_at`."""

    leave_ended_at: datetime | None = None


def call_id_for(qualification_id: UUID, attempt: int) -> UUID:
    """One attempt of one qualification is one call, however often it is tried to place it."""
    return derived_id(qualification_id, "segue.voice.call", attempt)


def ring(call: Call, conversation: UUID) -> NewJob:
    return NewJob(
        kind=RING,
        key=f"{call.qualification_id}:{call.attempt}",
        payload=RingOrder(call_id=call.call_id, phone=call.phone, allowed_at=call.allowed_at),
        lane=str(conversation),
    )


def hang_up(call: Call, conversation: UUID, now: datetime) -> NewJob:
    """In the lane of the ring, so that it finds out what came of it first."""
    return NewJob(
        kind=HANG_UP,
        key=str(call.call_id),
        payload=HangUpOrder(call_id=call.call_id, leave_ended_at=now),
        due_at=now,
        lane=str(conversation),
    )


def inquire(call: Call, now: datetime) -> NewJob:
    return NewJob(
        kind=INQUIRE,
        key=str(call.call_id),
        payload=CallOrder(call_id=call.call_id),
        due_at=now + INQUIRE_AFTER,
    )


def cut(phone: str, conversation: UUID, now: datetime) -> NewJob:
    """Tell a conversation that rings a number that it is to be left alone."""
    return timer(f"silenced:{phone}:{conversation}", now, NumberSilenced(phone=phone))


def look_again(qualification_id: UUID, at: datetime) -> NewJob:
    return timer(f"look:{qualification_id}", at, LookAgain(qualification_id=qualification_id))

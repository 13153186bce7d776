"""What a desk tells the agent of a live call."""

from collections.abc import Iterator
from uuid import UUID

from segue_voice_bridge.domain.agent.inputs import (
    Booked,
    Input,
    LeaveEnded,
    Machine,
    Refused,
    SlotsCame,
)
from segue_voice_bridge.domain.desk_state import Desk


def news_of(desk: Desk, call_id: UUID) -> Iterator[Input]:
    """Inputs in the order in which they matter; the agent knows which it has had already."""
    call = desk.call
    if call is None or call.call_id != call_id:
        return
    if call.booked_request is not None and desk.meeting is not None:
        yield Booked(call.booked_request, desk.meeting.slot)
    if call.answered_by == "machine":
        yield Machine()
    if call.revoked is not None:
        yield LeaveEnded(call.revoked)
    if call.offer is not None:
        yield SlotsCame(call.offer.request_id, call.offer.slots, call.offer.as_wished)
    if call.refusal is not None:
        refusal = call.refusal
        yield Refused(refusal.request_id, refusal.reason, refusal.alternatives)

"""What calls and meetings do to where a lead stands."""

from segue_common.events import CallEnded, EventData, MeetingBooked, MeetingCancelled, MeetingMoved

from segue_qualifier.domain.lead import Lead, Stage

REACHED = frozenset({"handed_over", "declined", "hung_up"})


def follow(lead: Lead, data: EventData) -> Lead:
    """The record after something happened outside the chat; unchanged if it says nothing new."""
    if isinstance(data, CallEnded):
        return _after_call(lead, data)
    if isinstance(data, MeetingBooked | MeetingMoved):
        booked = lead.closed("booked")
        return booked.model_copy(update={"stage": "meeting", "booking_id": data.booking_id})
    if isinstance(data, MeetingCancelled) and lead.booking_id == data.booking_id:
        stage: Stage = "qualified" if lead.qualifications else "talking"
        return lead.model_copy(update={"stage": stage, "booking_id": None})
    return lead


def _after_call(lead: Lead, call: CallEnded) -> Lead:
    """An attempt that will be repeated leaves the qualification open."""
    if call.retry_at is not None:
        return lead.unanswered()
    current = lead.open_qualification
    ours = call.qualification_id is None or (
        current is not None and current.id == call.qualification_id
    )
    ended = lead.closed(call.outcome) if ours else lead
    if call.outcome == "opted_out":
        return ended.model_copy(update={"stage": "lost"})
    if call.outcome in REACHED and lead.stage != "meeting":
        return ended.model_copy(update={"stage": "contacted"})
    return ended

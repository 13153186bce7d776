"""What is written down of an event, in a few words for salespeople."""

from datetime import datetime

from segue_common.events import (
    CallAnswered,
    CallEnded,
    CallHeldBack,
    CallPlaced,
    EventData,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    Slot,
)


def summary(data: EventData) -> str:
    """One line; without names, numbers or anything that the lead said."""
    match data:
        case LeadUpdated(score=score, revision=revision):
            return f"Score {score.points} of {score.of} (revision {revision})"
        case LeadQualified(score=score, reason=reason):
            why = "asked to talk" if reason == "asked_to_talk" else "reached the threshold"
            return f"Qualified: {why}, score {score.points} of {score.of}"
        case MeetingBooked(slot=slot, by=by):
            return f"Meeting booked by {by}: {_slot(slot)}"
        case MeetingMoved(slot=slot, previous=previous, by=by):
            return f"Meeting moved by {by}: {_slot(slot)}, before {_time(previous.starts_at)}"
        case MeetingCancelled(slot=slot, by=by):
            return f"Meeting cancelled by {by}: {_slot(slot)}"
        case CallHeldBack(reason=reason):
            return f"Call held back: {_words(reason)}"
        case CallPlaced(direction=direction, attempt=attempt):
            return "Call received" if direction == "in" else f"Call placed, attempt {attempt}"
        case CallAnswered(by=by):
            return f"Call answered by a {by}" if by != "unknown" else "Call answered"
        case CallEnded(outcome=outcome, seconds=seconds):
            length = f" after {seconds} s" if seconds is not None else ""
            return f"Call ended: {_words(outcome)}{length}"
    return _words(type(data).__name__)


def _slot(slot: Slot) -> str:
    return f"{slot.service_name}, {_time(slot.starts_at)} ({slot.time_zone})"


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _words(code: str) -> str:
    return code.replace("_", " ")

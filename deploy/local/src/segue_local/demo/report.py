"""What the demo says of a play at its end."""

from collections.abc import Iterator

from segue_local.demo.play import Outcome


def lines(outcome: Outcome) -> Iterator[str]:
    """The figures of one play, a line each."""
    yield f"{outcome.lead}: conversation {outcome.conversation_id}"
    yield f"  first reply         {_seconds(outcome.first_reply_seconds)}"
    if score := outcome.score:
        yield f"  score               {score.points} of {score.of}, threshold {score.threshold}"
        for line in score.lines:
            yield f"    {line.criterion:<12} {line.points:>3} of {line.of:<3} {line.because}"
    if outcome.rung:
        yield f"  threshold to ring   {_seconds(outcome.threshold_to_ring_seconds)}"
    if meeting := outcome.meeting:
        slot = meeting.slot
        where = "in the chat" if meeting.by == "chat" else "on the call"
        yield f"  meeting             {slot.service_name}, {slot.starts_at:%Y-%m-%d %H:%M}, {where}"
    for missing in outcome.missing:
        yield f"  MISSING             {missing}"


def summary(outcome: Outcome) -> dict[str, object]:
    """The same as JSON values."""
    return {
        "lead": outcome.lead,
        "conversation_id": str(outcome.conversation_id),
        "first_reply_seconds": outcome.first_reply_seconds,
        "reply_seconds": outcome.replies,
        "score": outcome.score.model_dump(mode="json") if outcome.score else None,
        "threshold_to_ring_seconds": outcome.threshold_to_ring_seconds,
        "meeting": outcome.meeting.model_dump(mode="json") if outcome.meeting else None,
        "missing": outcome.missing,
    }


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"

"""What the router counts."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import Counter, Histogram
from segue_common.events import (
    Event,
    EventData,
    SendRefused,
    SendRequested,
    TurnCompleted,
    TurnRequest,
)

from segue_router.domain.conversation import Conversation

SENDS = Counter("segue_sends_total", "Messages that the gate let out", ["channel", "speaker"])
REFUSALS = Counter("segue_send_refusals_total", "Messages that the gate held back", ["reason"])
TURNS = Counter("segue_turns_requested_total", "Turns requested", ["agent"])

TURN_SECONDS = Histogram(
    "segue_turn_seconds",
    "From a turn's request to its agent's answer",
    ["agent"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60),
)


def time_turn(state: Conversation, event: Event[EventData], now: datetime) -> None:
    """Measure the turn that an event answers, if it is the one that `state` waits for."""
    turn, answer = state.turn, event.data
    if turn is None or turn.asked_at is None or not isinstance(answer, TurnCompleted):
        return
    if turn.turn_id == answer.turn_id:
        waited = (now - turn.asked_at).total_seconds()
        TURN_SECONDS.labels(answer.agent).observe(max(waited, 0.0))


def count(outgoing: Sequence[Event[EventData]]) -> None:
    """Count what was decided."""
    for event in outgoing:
        match event.data:
            case SendRequested(channel=channel, speaker=speaker):
                SENDS.labels(channel, speaker).inc()
            case SendRefused(reason=reason):
                REFUSALS.labels(reason).inc()
            case TurnRequest(agent=agent):
                TURNS.labels(agent).inc()

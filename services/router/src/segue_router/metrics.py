"""What the router counts."""

from collections.abc import Sequence

from prometheus_client import Counter
from segue_common.events import Event, EventData, SendRefused, SendRequested, TurnRequest

SENDS = Counter("segue_sends_total", "Messages that the gate let out", ["channel", "speaker"])
REFUSALS = Counter("segue_send_refusals_total", "Messages that the gate held back", ["reason"])
TURNS = Counter("segue_turns_requested_total", "Turns requested", ["agent"])


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

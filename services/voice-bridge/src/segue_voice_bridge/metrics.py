"""What this service counts besides what every service does."""

from prometheus_client import Counter, Gauge, Histogram

SPEED_TO_LEAD = Histogram(
    "segue_speed_to_lead_seconds",
    "From the event that allowed a call to the carrier's acceptance",
    ["tenant"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 45, 60, 120, 300, 900),
)
CALLS_ENDED = Counter("segue_calls_total", "Calls by outcome", ["tenant", "outcome"])
CALLS_LATE = Counter(
    "segue_calls_late_total", "Calls placed later than the tenant's within_seconds", ["tenant"]
)
HELD_BACK = Counter("segue_calls_held_back_total", "Refusals of the gate", ["tenant", "reason"])
LIVE_SESSIONS = Gauge("segue_live_sessions", "Voice sessions in progress in this process")
TURN_SECONDS = Histogram(
    "segue_voice_turn_seconds",
    "From the person's words to the agent's first",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3),
)

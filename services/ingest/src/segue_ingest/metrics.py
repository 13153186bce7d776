"""What ingest counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

WEBHOOKS = Counter(
    "segue_webhooks_total", "Webhook requests by outcome", ["provider", "kind", "result"]
)
INBOUND = Counter("segue_inbound_messages_total", "Messages from leads", ["tenant", "channel"])
REFUSED = Counter(
    "segue_intake_refused_total", "Webhooks answered 429, by reason", ["tenant", "reason"]
)
BACKLOG = Gauge("segue_intake_backlog", "Messages on their way to an answer, in the whole system")
DELIVERIES = Counter(
    "segue_deliveries_total", "Outgoing messages by the status they reached",
    ["provider", "status"],
)  # fmt: skip
CARRIER_SECONDS = Histogram(
    "segue_carrier_request_seconds", "Time that a carrier took over a request",
    ["provider", "outcome"],
)  # fmt: skip
SOCKETS = Gauge("segue_chat_sockets_open", "Web chat sockets open in this process")
SAID = Counter("segue_chat_frames_total", "Frames from the widget by outcome", ["result"])
IDENTITY_LOOKUPS = Counter(
    "segue_identity_lookups_total", "Who is who, by where it was found", ["source"]
)
REPLY_SECONDS = Histogram(
    "segue_reply_seconds",
    "From a lead's message to the answer's acceptance by the carrier or its writing to the chat",
    ["channel"],
    buckets=(0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60),
)

"""What the model calls cost and how they end."""

from prometheus_client import Counter, Gauge, Histogram
from segue_common.events import ModelUse

CALLS = Counter(
    "segue_model_calls_total",
    "Calls to the language model, by how they ended (ok, or why the answer was unusable).",
    ["outcome"],
)
TOKENS = Counter(
    "segue_model_tokens_total",
    "Tokens that the language model has billed, by kind (prompt or completion).",
    ["kind"],
)
SECONDS = Histogram(
    "segue_model_call_seconds",
    "Seconds from asking the language model to its answer or the end of its time.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 10, 20),
)
CIRCUIT = Gauge(
    "segue_model_circuit_open",
    "1 while the language model is left alone after repeated failures, else 0.",
)
FALLBACKS = Counter(
    "segue_model_fallbacks_total",
    "Turns in which the built-in answer or words were used although a model is configured.",
    ["agent", "reason"],
)
DROPPED = Counter(
    "segue_model_proposals_dropped_total",
    "Facts and wishes that a model proposed without evidence for them.",
    ["agent"],
)
COST = Counter(
    "segue_model_cost_total",
    "Money that turns with a model cost, by the configured prices.",
    ["tenant", "currency"],
)
BUDGET_LOST = Counter(
    "segue_model_budget_lost_total",
    "Requests counted in this process alone, as the shared count of tokens did not answer.",
)


def count_use(agent: str, tenant: str, use: ModelUse) -> None:
    """Count what a turn has made of its model, once its event is committed."""
    if use.fell_back:
        FALLBACKS.labels(agent, use.fell_back).inc()
    if use.dropped:
        DROPPED.labels(agent).inc(use.dropped)
    if use.cost and use.currency:
        COST.labels(tenant, use.currency).inc(use.cost)

"""What the model calls cost and how they end."""

from prometheus_client import Counter, Histogram

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

"""What the support agent counts."""

from prometheus_client import Counter

QUESTIONS = Counter(
    "segue_support_questions_total", "Questions by whether an answer was known", ["tenant", "known"]
)
LOAD_FAILURES = Counter(
    "segue_support_load_failures_total",
    "Knowledge folders and documents that could not be read",
    ["tenant"],
)
UNAVAILABLE = Counter(
    "segue_support_unavailable_total", "Questions that the knowledge base could not be asked"
)
BY_WORDS_ALONE = Counter(
    "segue_support_by_words_alone_total",
    "Questions searched without vectors, as the embedding endpoint failed",
)

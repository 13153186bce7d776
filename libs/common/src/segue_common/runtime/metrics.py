"""What every service counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS_HANDLED = Counter(
    "segue_events_handled_total", "Events handled, repeats not counted", ["service", "type"]
)
EVENTS_REPEATED = Counter(
    "segue_events_repeated_total", "Events that had been handled before", ["service"]
)
EVENTS_PUBLISHED = Counter("segue_events_published_total", "Events sent to the broker", ["service"])
DEAD_LETTERS = Counter(
    "segue_dead_letters_total", "Records moved to a dead-letter topic", ["service", "topic"]
)
BATCH_SECONDS = Histogram(
    "segue_batch_seconds",
    "Time to handle one batch and get its outputs out",
    ["service"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
BATCH_RETRIES = Counter(
    "segue_batch_retries_total", "Batches tried again after a server was away", ["service"]
)
CONSUMER_LAG = Gauge(
    "segue_consumer_lag_records", "Records not yet taken", ["service", "topic", "partition"]
)
OUTBOX_AGE = Gauge("segue_outbox_oldest_seconds", "Age of the oldest unsent event", ["service"])
OUTBOX_WAITING = Gauge("segue_outbox_events", "Events that have not got out", ["service"])
OUTBOX_DEAD = Gauge(
    "segue_outbox_dead_events", "Events that the broker and its dead letters refuse", ["service"]
)
JOBS_DONE = Counter("segue_jobs_total", "Jobs by outcome", ["service", "kind", "outcome"])
JOBS_DEAD = Counter("segue_jobs_dead_total", "Jobs given up after all tries", ["service", "kind"])
JOBS_WAITING = Gauge("segue_jobs_waiting", "Jobs that are due and not done", ["service"])
JOBS_LYING_DEAD = Gauge(
    "segue_jobs_lying_dead", "Jobs given up that nobody has retried or dropped", ["service"]
)
JOB_SECONDS = Histogram("segue_job_seconds", "Time that one try of a job took", ["service", "kind"])

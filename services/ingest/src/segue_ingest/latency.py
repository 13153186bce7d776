"""Measures how long leads wait for an answer, whichever process heard them."""

from datetime import datetime

from segue_ingest import metrics


def time_reply(channel: str, heard_at: datetime | None, now: datetime) -> None:
    """An answer has left to what was heard then; words that answer nothing aren't measured."""
    if heard_at is not None:
        waited = (now - heard_at).total_seconds()
        metrics.REPLY_SECONDS.labels(channel).observe(max(waited, 0.0))

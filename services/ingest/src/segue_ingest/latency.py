"""Measures how long leads wait for an answer, as far as one process sees both ends."""

import time
from collections import OrderedDict
from uuid import UUID

from segue_ingest import metrics

MOST = 10_000


class ReplyTimes:
    """Remembers when each conversation's oldest unanswered message came in."""

    def __init__(self) -> None:
        self._since: OrderedDict[UUID, float] = OrderedDict()

    def asked(self, conversation_id: UUID) -> None:
        """A lead has written."""
        self._since.setdefault(conversation_id, time.monotonic())
        if len(self._since) > MOST:
            self._since.popitem(last=False)

    def answered(self, conversation_id: UUID, channel: str) -> None:
        """An answer has left."""
        since = self._since.pop(conversation_id, None)
        if since is not None:
            metrics.REPLY_SECONDS.labels(channel).observe(time.monotonic() - since)

"""A circuit breaker: after repeated failures, nobody waits for a server that is down."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Breaker:
    """Closed, open, or half open with one probe under way; times are seconds of any one clock.

    `failures` in a row open it; `open_seconds` later one call may try; its success closes it,
    its failure opens it anew. A probe that never reports is given up after `open_seconds`.
    """

    failures: int
    open_seconds: float
    failed: int = 0
    opened_at: float | None = None
    probe_at: float | None = None

    def state(self, now: float) -> Literal["closed", "open", "half_open"]:
        """How it stands at `now`."""
        if self.opened_at is None:
            return "closed"
        return "half_open" if now >= self.opened_at + self.open_seconds else "open"

    def admit(self, now: float) -> "Breaker | None":
        """The breaker after one more call has been let through, or None: don't call."""
        state = self.state(now)
        if state == "closed":
            return self
        probing = self.probe_at is not None and now < self.probe_at + self.open_seconds
        if state == "open" or probing:
            return None
        return replace(self, probe_at=now)

    def after_success(self) -> "Breaker":
        """The breaker once a call has come through."""
        return replace(self, failed=0, opened_at=None, probe_at=None)

    def after_failure(self, now: float) -> "Breaker":
        """The breaker once a call has failed; a straggler doesn't prolong an open one."""
        failed = self.failed + 1
        state = self.state(now)
        if state == "half_open" or (state == "closed" and failed >= self.failures):
            return replace(self, failed=failed, opened_at=now, probe_at=None)
        return replace(self, failed=failed)

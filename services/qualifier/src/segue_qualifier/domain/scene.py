"""One turn as the rules see it: what was asked, what was heard, what the tenant allows."""

from dataclasses import dataclass
from datetime import datetime

from segue_common.events import ConsentHeard, Fact, Score, TurnRequest
from segue_common.events.shared import ConsentState
from segue_common.tenants import Tenant

from segue_qualifier.domain.hearing import Signals


@dataclass(frozen=True)
class Scene:
    """`consent` is what holds after this turn's words; `heard_consent` those words, if any."""

    request: TurnRequest
    tenant: Tenant
    signals: Signals
    news: tuple[Fact, ...]
    score: Score
    consent: ConsentState
    heard_consent: ConsentHeard | None
    now: datetime

    @property
    def calls(self) -> bool:
        """Whether the tenant rings leads and this one hasn't refused."""
        return self.tenant.callback.enabled and self.consent != "denied"

    @property
    def books(self) -> bool:
        """Whether there is anything to book, and nobody has just passed the turn to us."""
        return bool(self.tenant.services) and self.request.handed_over is None

    @property
    def reached(self) -> bool:
        return self.score.points >= self.score.threshold

    @property
    def learned(self) -> frozenset[str]:
        return frozenset(fact.slot for fact in self.news)

"""Handles the qualifier's events: turns, the model's answers, and what became of calls and
meetings."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from segue_common.decisions import Decision
from segue_common.events import (
    Event,
    EventData,
    LeadQualified,
    ModelUse,
    SalesTurnRequested,
    TurnCompleted,
)
from segue_common.runtime.states import fold
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant
from segue_dialogue.model import count_use

from segue_qualifier import metrics
from segue_qualifier.agent import answer, answer_with_model, ask_model
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.spending import spend, spent_elsewhere
from segue_qualifier.domain.stages import follow
from segue_qualifier.internal_events import ModelAnswered
from segue_qualifier.store.leads import LEADS, write_facts

# Understanding takes some 15 ms a message: between groups of this size others get a turn.
AT_ONCE = 16


class LeadHandler:
    """`with_model` says whether turns are left to `model_turn` jobs."""

    def __init__(self, tenants: Mapping[str, Tenant], *, with_model: bool) -> None:
        self._tenants = tenants
        self._with_model = with_model

    async def __call__(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        told: dict[UUID, Lead] = {}
        qualified: list[LeadQualified] = []
        uses: list[tuple[str, ModelUse]] = []

        def decide(lead: Lead, event: Event[EventData]) -> Decision[Lead]:
            decision = self._decide(lead, event, work)
            if decision.state.evidence is not lead.evidence:
                told[event.subject] = decision.state
            qualified.extend(data for data in decision.events if isinstance(data, LeadQualified))
            uses.extend((event.tenant, use) for use in _uses(decision.events))
            return decision

        for start in range(0, len(events), AT_ONCE):
            await fold(work, events[start : start + AT_ONCE], LEADS, _new_lead, decide)
        write_facts(work, told)

        async def count() -> None:
            for data in qualified:
                metrics.QUALIFIED.labels(data.reason).inc()
            for tenant, use in uses:
                count_use("sales", tenant, use)

        work.after_commit.append(count)

    def _decide(self, lead: Lead, event: Event[EventData], work: Transaction) -> Decision[Lead]:
        tenant = self._tenants[event.tenant]
        data = event.data
        if isinstance(data, SalesTurnRequested):
            take = ask_model if self._with_model else answer
            return take(lead, data, tenant, work.now)
        if isinstance(data, ModelAnswered):
            return answer_with_model(lead, data, tenant, work.now)
        followed, spent = follow(lead, data), spent_elsewhere(data)
        if spent is None:
            return Decision(followed)
        after, update = spend(followed, spent)
        return Decision(after, (update,) if update else ())


def _uses(events: Sequence[EventData]) -> Iterator[ModelUse]:
    for data in events:
        if isinstance(data, TurnCompleted) and data.model_use is not None:
            yield data.model_use


def _new_lead(event: Event[EventData]) -> Lead:
    return Lead(conversation_id=event.subject)

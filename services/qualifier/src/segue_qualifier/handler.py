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
    TurnRequest,
)
from segue_common.runtime.states import fold
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant
from segue_dialogue.model import count_use

from segue_qualifier import metrics
from segue_qualifier.agent import answer, answer_with_model, ask_model
from segue_qualifier.domain.former import take_over
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.spending import spend, spent_elsewhere
from segue_qualifier.domain.stages import follow
from segue_qualifier.internal_events import ModelAnswered
from segue_qualifier.store.leads import LEADS, write_facts

# Understanding takes some 2 ms a message: between groups of this size others get a turn.
AT_ONCE = 32


class LeadHandler:
    """`with_model` says whether turns are left to `model_turn` jobs."""

    def __init__(self, tenants: Mapping[str, Tenant], *, with_model: bool) -> None:
        self._tenants = tenants
        self._with_model = with_model

    async def __call__(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        told: dict[UUID, Lead] = {}
        qualified: list[LeadQualified] = []
        uses: list[tuple[str, ModelUse]] = []

        former = await LEADS.load(work.conn, _former(events))

        def decide(lead: Lead, event: Event[EventData]) -> Decision[Lead]:
            decision = self._decide(_with_former(lead, event.data, former), event, work)
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


def _former(events: Sequence[Event[EventData]]) -> set[UUID]:
    """The conversations that those of a batch go on from."""
    requests = (event.data for event in events if isinstance(event.data, TurnRequest))
    return {other for request in requests for other in request.formerly}


def _with_former(lead: Lead, data: EventData, former: Mapping[UUID, Lead]) -> Lead:
    """The record of one who was known by another conversation; each is taken over once."""
    for other in data.formerly if isinstance(data, TurnRequest) else ():
        if other in former and other not in lead.formerly:
            lead = take_over(lead, former[other])
    return lead


def _uses(events: Sequence[EventData]) -> Iterator[ModelUse]:
    for data in events:
        if isinstance(data, TurnCompleted) and data.model_use is not None:
            yield data.model_use


def _new_lead(event: Event[EventData]) -> Lead:
    return Lead(conversation_id=event.subject)

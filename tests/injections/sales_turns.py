"""Turns of the sales agent with a model behind HTTP, as the qualifier takes them."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from injection_cases import NOW
from segue_common.decisions import Decision
from segue_common.events import (
    Contact,
    LeadQualified,
    LeadUpdated,
    Reading,
    SalesTurnRequested,
    TurnCompleted,
    Utterance,
)
from segue_common.tenants import Tenant
from segue_dialogue.model import TurnModel
from segue_qualifier.agent import answer, answer_with_model, ask_model
from segue_qualifier.domain.lead import Lead
from segue_qualifier.internal_events import ModelTurn
from segue_qualifier.model_turn import ModelRunner

LEAD = UUID(int=77)
PHONE = "+12025550123"
TENANT = Tenant.model_validate(
    {
        "tenant": "acme", "name": "Acme Dental", "time_zone": "America/New_York",
        "qualification": {
            "threshold": 70,
            "criteria": {
                "budget": {"points": 25, "minimum": 500}, "authority": {"points": 20},
                "need": {"points": 25}, "timeline": {"points": 20, "within_days": 30},
                "insurance_plan": {"points": 10},
            },
        },
        "services": [
            {"id": "consult", "name": "Consultation", "minutes": 30, "resources": ["chair"]}
        ],
    }
)  # fmt: skip


@dataclass
class SalesTalk:
    """A conversation so far; every turn is taken twice: with the model, and without."""

    language: str = "en"
    lead: Lead = field(default_factory=lambda: Lead(conversation_id=LEAD))
    transcript: tuple[Utterance, ...] = ()
    question: str | None = None
    turns: int = 0

    def request(self, text: str) -> SalesTurnRequested:
        said = Utterance(
            message_id=uuid5(LEAD, f"line {len(self.transcript)}"), speaker="lead",
            channel="sms", text=text, at=NOW + timedelta(seconds=self.turns),
        )  # fmt: skip
        self.transcript = (*self.transcript, said)
        self.turns += 1
        return SalesTurnRequested(
            turn_id=uuid5(LEAD, f"turn {self.turns}"), agent="sales", epoch=0, channel="sms",
            language=self.language, contact=Contact(contact_id=LEAD, phone=PHONE),
            transcript=self.transcript, new=(said.message_id,), question=self.question,
            reading=Reading(intent="sales", confidence=1.0), first_contact=self.turns == 1,
        )  # fmt: skip

    def without_model(self, request: SalesTurnRequested) -> Decision[Lead]:
        return answer(self.lead, request, TENANT, NOW)

    async def with_model(self, request: SalesTurnRequested, model: TurnModel) -> Decision[Lead]:
        [job] = ask_model(self.lead, request, TENANT, NOW).jobs
        turn = ModelTurn.model_validate_json(job.payload.model_dump_json())
        answered = await ModelRunner(model, {TENANT.tenant: TENANT}).answer(turn, TENANT)
        return answer_with_model(self.lead, answered, TENANT, NOW)

    def goes_on(self, decision: Decision[Lead]) -> None:
        self.lead = decision.state
        self.question = completed(decision).question


def completed(decision: Decision[Lead]) -> TurnCompleted:
    [one] = [event for event in decision.events if isinstance(event, TurnCompleted)]
    return one


def outcome(decision: Decision[Lead]) -> dict[str, object]:
    """Everything that a turn decides, without what the model's use cost."""
    turn = completed(decision)
    updates = [event for event in decision.events if isinstance(event, LeadUpdated)]
    return {
        "turn": turn.model_copy(update={"model_use": None}),
        "qualified": [event for event in decision.events if isinstance(event, LeadQualified)],
        "facts": decision.state.facts,
        "score": decision.state.score,
        "stage": decision.state.stage,
        "call": decision.state.call,
        "consent": decision.state.consent,
        "contact": decision.state.contact,
        "told": [(update.facts, update.score, update.contact) for update in updates][:1]
        or [(decision.state.facts, decision.state.score, decision.state.contact)],
    }

"""Asks the language model about a turn; a failure is an answer too, and never delays the lead."""

from collections.abc import Mapping

from segue_common.runtime.jobs import Done, Job
from segue_common.tenants import Tenant
from segue_dialogue.model import Instructions, Line, TurnModel, TurnProposal, prompt
from segue_dialogue.phrasing.locales import locale_for

from segue_qualifier.domain.asking import PHRASED
from segue_qualifier.internal_events import ModelAnswered, ModelTurn

PROMPT_VERSION = 2
NO_WORDS = "(our words stand alone here: leave reply null)"


class ModelRunner:
    """The runner of `model_turn` jobs. Asking twice after a crash does no harm."""

    def __init__(self, model: TurnModel, tenants: Mapping[str, Tenant]) -> None:
        self._model = model
        self._tenants = tenants

    async def __call__(self, job: Job) -> Done:
        turn = ModelTurn.model_validate_json(job.payload)
        return Done((await self.answer(turn, self._tenants[job.tenant]),))

    async def answer(self, turn: ModelTurn, tenant: Tenant) -> ModelAnswered:
        """What the model makes of a turn."""
        told = instructions(turn, tenant)
        asked = await self._model.ask(tenant, told, _shown(turn), TurnProposal)
        return ModelAnswered(
            request=turn.request, instructions=told.text, proposal=asked.value, use=asked.use
        )


def instructions(turn: ModelTurn, tenant: Tenant) -> Instructions:
    """The system message for a turn."""
    own = [slot for slot in tenant.qualification.criteria if slot not in PHRASED]
    return prompt(
        "sales",
        version=PROMPT_VERSION,
        business=tenant.name,
        currency=tenant.currency,
        extra_slots="".join(f", {slot}" for slot in own),
        question=turn.request.question or "nothing yet",
        follows=turn.follows if turn.goal else NO_WORDS,
        language=locale_for(turn.request.language).get_language_name("en"),
    )


def _shown(turn: ModelTurn) -> list[Line]:
    return [
        Line("person" if line.speaker == "lead" else "us", line.text)
        for line in turn.request.transcript
    ]

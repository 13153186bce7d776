"""Asks the language model about a turn; a failure is an answer too, and never delays the lead."""

import time
from collections.abc import Mapping

from segue_common.events import ModelUse
from segue_common.runtime.jobs import Done, Job
from segue_common.tenants import Tenant
from segue_dialogue.model import (
    ChatMessage,
    Line,
    ModelClient,
    ModelUnavailable,
    TurnProposal,
    prompt,
    transcript,
)

from segue_qualifier.domain.asking import PHRASED
from segue_qualifier.internal_events import ModelAnswered, ModelTurn

PROMPT_VERSION = 1
PLAIN_GOAL = "nothing: our own words are used, so leave reply null"


class ModelRunner:
    """The runner of `model_turn` jobs. Asking twice after a crash does no harm."""

    def __init__(self, client: ModelClient, model: str, tenants: Mapping[str, Tenant]) -> None:
        self._client = client
        self._model = model
        self._tenants = tenants

    async def __call__(self, job: Job) -> Done:
        turn = ModelTurn.model_validate_json(job.payload)
        tenant = self._tenants[job.tenant]
        started = time.perf_counter()
        try:
            completion = await self._client.complete(
                system=instructions(turn, tenant), messages=[_shown(turn)], schema=TurnProposal
            )
        except ModelUnavailable as error:
            use = ModelUse(
                model=self._model,
                prompt_tokens=0,
                completion_tokens=0,
                seconds=time.perf_counter() - started,
                fell_back=error.reason,
            )
            return _answered(turn, None, use)
        use = ModelUse(
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            seconds=completion.seconds,
        )
        return _answered(turn, completion.value, use)


def instructions(turn: ModelTurn, tenant: Tenant) -> str:
    """The system message for a turn."""
    own = [slot for slot in tenant.qualification.criteria if slot not in PHRASED]
    return prompt(
        "sales",
        version=PROMPT_VERSION,
        business=tenant.name,
        currency=tenant.currency,
        extra_slots="".join(f", {slot}" for slot in own),
        question=turn.request.question or "nothing yet",
        goal=turn.goal or PLAIN_GOAL,
        language=turn.request.language,
    )


def _shown(turn: ModelTurn) -> ChatMessage:
    return transcript(
        [
            Line("person" if line.speaker == "lead" else "us", line.text)
            for line in turn.request.transcript
        ]
    )


def _answered(turn: ModelTurn, proposal: TurnProposal | None, use: ModelUse) -> Done:
    return Done((ModelAnswered(request=turn.request, goal=turn.goal, proposal=proposal, use=use),))

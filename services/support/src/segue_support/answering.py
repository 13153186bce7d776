"""Answers one question from the tenant's documents, with a language model's words or without."""

import asyncio
import json
import logging
from collections.abc import Sequence

from segue_common.events import ModelUse
from segue_common.tenants import Tenant
from segue_dialogue.model import (
    AnswerProposal,
    Completion,
    Line,
    ModelClient,
    ModelUnavailable,
    prompt,
    transcript,
)
from segue_dialogue.phrasing.locales import locale_for

from segue_support.domain.grounding import grounded
from segue_support.domain.passages import Passage, extract
from segue_support.domain.questions import ways_to_read
from segue_support.domain.turns import Answer
from segue_support.retrieval import Retriever

log = logging.getLogger(__name__)

# From this confidence on a passage answers by itself; set by segue_support.evaluation.
KNOWS_FROM = 0.61
# A model reads better than words can be counted, so it is also shown what is less certain.
SHOWN_FROM = 0.35
SHOWN = 4
PROMPT_VERSION = 1


class Answerer:
    """The support agent's knowledge of every tenant."""

    def __init__(self, retriever: Retriever, model: ModelClient | None) -> None:
        self._retriever = retriever
        self._model = model

    async def answer(
        self, tenant: Tenant, question: str, *, earlier: Sequence[str] = (), language: str
    ) -> Answer:
        """The answer, or one without text if it isn't known; raises KnowledgeError."""
        passages = await asyncio.to_thread(self._find, tenant.tenant, question, tuple(earlier))
        extracted = _extracted(question, passages)
        if self._model is None or not passages or passages[0].confidence < SHOWN_FROM:
            return extracted
        return await self._worded(self._model, tenant, question, passages, extracted, language)

    def _find(self, tenant: str, question: str, earlier: Sequence[str]) -> list[Passage]:
        """The passages for the likeliest reading that finds an answer, else for the first one."""
        tried = []
        for text in ways_to_read(question, earlier):
            passages = self._retriever.find(tenant, text)
            if passages and passages[0].confidence >= KNOWS_FROM:
                return passages
            tried.append(passages)
        return tried[0]

    async def _worded(
        self,
        model: ModelClient,
        tenant: Tenant,
        question: str,
        passages: Sequence[Passage],
        extracted: Answer,
        language: str,
    ) -> Answer:
        """The model's words if the cited passages bear them out, else the extract."""
        shown = passages[:SHOWN]
        try:
            completion = await model.complete(
                system=_system(tenant, shown, language),
                messages=[transcript([Line("person", question)])],
                schema=AnswerProposal,
            )
        except ModelUnavailable as error:
            log.info("answering without the model", extra={"fields": {"reason": error.reason}})
            return extracted
        proposal = completion.value
        cited = [shown[number - 1] for number in proposal.passages if 0 < number <= len(shown)]
        if proposal.answer is None:
            return Answer(question, None, (), extracted.confidence, _use(completion, None))
        if not grounded(proposal.answer, [passage.chunk.searchable for passage in cited]):
            return Answer(
                question, extracted.text, extracted.sources, extracted.confidence,
                _use(completion, "not in the passages"),
            )  # fmt: skip
        sources = tuple(dict.fromkeys(passage.chunk.heading for passage in cited))
        return Answer(
            question, proposal.answer.strip(), sources, passages[0].confidence,
            _use(completion, None),
        )  # fmt: skip


def _extracted(question: str, passages: Sequence[Passage]) -> Answer:
    confidence = passages[0].confidence if passages else 0.0
    if not passages or confidence < KNOWS_FROM:
        return Answer(question, None, (), confidence)
    return Answer(question, extract(passages), (passages[0].chunk.heading,), confidence)


def _system(tenant: Tenant, passages: Sequence[Passage], language: str) -> str:
    rows = [
        {"number": number, "title": passage.chunk.heading, "text": passage.chunk.text}
        for number, passage in enumerate(passages, start=1)
    ]
    return prompt(
        "support",
        version=PROMPT_VERSION,
        business=tenant.name,
        language=locale_for(language).get_language_name("en"),
        passages=json.dumps(rows, ensure_ascii=False),
    )


def _use(completion: Completion[AnswerProposal], fell_back: str | None) -> ModelUse:
    return ModelUse(
        model=completion.model, prompt_tokens=completion.prompt_tokens,
        completion_tokens=completion.completion_tokens, seconds=completion.seconds,
        fell_back=fell_back,
    )  # fmt: skip

"""Answers questions from the tenant's documents, with a language model's words or without."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from segue_common.events import ModelUse
from segue_common.tenants import Tenant
from segue_dialogue.model import (
    AnswersProposal,
    Instructions,
    Line,
    OneAnswer,
    TurnModel,
    prompt,
)
from segue_dialogue.phrasing.locales import locale_for

from segue_support.domain.grounding import ungrounded
from segue_support.domain.passages import Passage, extract
from segue_support.domain.questions import ways_to_read
from segue_support.domain.turns import Answer
from segue_support.retrieval import Retriever

# From this confidence on a passage answers by itself; set by segue_support.evaluation.
KNOWS_FROM = 0.61
# A model reads better than words can be counted, so it is also shown what is less certain.
SHOWN_FROM = 0.35
SHOWN = 4
# However much is asked at once, one request holds so many passages.
MOST_SHOWN = 8
PROMPT_VERSION = 2


@dataclass(frozen=True)
class Answered:
    """One answer for each question, and what a model cost them together, if one was asked."""

    answers: tuple[Answer, ...]
    use: ModelUse | None = None


@dataclass(frozen=True)
class _Looked:
    """A question with the passages found for it, and the answer without a model."""

    question: str
    passages: Sequence[Passage]
    extracted: Answer

    @property
    def is_worth_asking(self) -> bool:
        return bool(self.passages) and self.passages[0].confidence >= SHOWN_FROM


class Answerer:
    """The support agent's knowledge of every tenant."""

    def __init__(self, retriever: Retriever, model: TurnModel | None) -> None:
        self._retriever = retriever
        self._model = model

    async def answer(
        self, tenant: Tenant, question: str, *, earlier: Sequence[str] = (), language: str
    ) -> Answer:
        """The answer to one question."""
        done = await self.answers(tenant, (question,), earlier=earlier, language=language)
        return done.answers[0]

    async def answers(
        self,
        tenant: Tenant,
        questions: Sequence[str],
        *,
        earlier: Sequence[str] = (),
        language: str,
    ) -> Answered:
        """The answers, each without text if it isn't known; raises KnowledgeError.

        A model is asked once, about all questions for which there are passages.
        """
        looked = [await self._look(tenant, question, earlier) for question in questions]
        worth = [one for one in looked if one.is_worth_asking]
        if self._model is None or not worth:
            return Answered(tuple(one.extracted for one in looked))
        shown = _shown(worth)
        told = _instructions(tenant, shown, language)
        lines = [Line("person", one.question) for one in worth]
        asked = await self._model.ask(tenant, told, lines, AnswersProposal)
        if asked.value is None:
            return Answered(tuple(one.extracted for one in looked), asked.use)
        told_before = _instructions(tenant, (), language).text
        worded, reasons = _worded(worth, asked.value.answers, shown, told_before)
        answers = tuple(worded.get(one.question, one.extracted) for one in looked)
        return Answered(answers, asked.use.model_copy(update={"fell_back": reasons}))

    async def _look(self, tenant: Tenant, question: str, earlier: Sequence[str]) -> _Looked:
        passages = await asyncio.to_thread(self._find, tenant.tenant, question, tuple(earlier))
        return _Looked(question, passages, _extracted(question, passages))

    def _find(self, tenant: str, question: str, earlier: Sequence[str]) -> list[Passage]:
        """The passages for the likeliest reading that finds an answer, else for the first one."""
        tried = []
        for text in ways_to_read(question, earlier):
            passages = self._retriever.find(tenant, text)
            if passages and passages[0].confidence >= KNOWS_FROM:
                return passages
            tried.append(passages)
        return tried[0]


def _shown(looked: Sequence[_Looked]) -> list[Passage]:
    """The best passages of each question, those of the first places first."""
    ranked = [
        passage
        for place in range(SHOWN)
        for one in looked
        for passage in one.passages[place : place + 1]
    ]
    by_text = {passage.chunk.searchable: passage for passage in reversed(ranked)}
    return list(reversed(by_text.values()))[:MOST_SHOWN]


def _worded(
    looked: Sequence[_Looked],
    proposed: Sequence[OneAnswer],
    shown: Sequence[Passage],
    instructions: str,
) -> tuple[dict[str, Answer], str | None]:
    """The model's answers that the cited passages bear out, by question; and why the first of the
    others doesn't count, where it doesn't."""
    found: dict[str, Answer] = {}
    reasons: list[str] = []
    for place, one in enumerate(looked):
        proposal = proposed[place] if place < len(proposed) else OneAnswer(answer=None, passages=[])
        cited = [shown[number - 1] for number in proposal.passages if 0 < number <= len(shown)]
        if proposal.answer is None:
            # What the documents say doesn't become unknown because a model overlooks it.
            reasons += ["no_answer"] if one.extracted.text else []
            continue
        texts = [passage.chunk.searchable for passage in cited]
        reason = ungrounded(proposal.answer, texts, one.question, instructions)
        if reason is not None:
            reasons.append(reason)
            continue
        sources = tuple(dict.fromkeys(passage.chunk.heading for passage in cited))
        confidence = one.passages[0].confidence
        found[one.question] = Answer(one.question, proposal.answer.strip(), sources, confidence)
    return found, next(iter(reasons), None)


def _extracted(question: str, passages: Sequence[Passage]) -> Answer:
    confidence = passages[0].confidence if passages else 0.0
    if not passages or confidence < KNOWS_FROM:
        return Answer(question, None, (), confidence)
    return Answer(question, extract(passages), (passages[0].chunk.heading,), confidence)


def _instructions(tenant: Tenant, passages: Sequence[Passage], language: str) -> Instructions:
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

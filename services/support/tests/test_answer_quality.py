"""How well the labelled questions are answered from the sample documents, without a model.

`pytest services/support/tests/test_answer_quality.py -s` prints the figures. The threshold was
set on `questions.jsonl` and `held_out_questions.jsonl`; `fresh.jsonl` was written afterwards.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from segue_support.answering import Answerer
from segue_support.knowledge.embedding import BuiltInEmbedder
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import load_folder
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings
from support_lab import ACME, SAMPLES, after, labelled


@dataclass
class Figures:
    """Counts over one file of questions."""

    answerable: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    unanswerable: int = 0
    made_up: int = 0

    @property
    def recall_at_5(self) -> float:
        return self.found / self.answerable

    @property
    def wrong_rate(self) -> float:
        return (self.wrong + self.made_up) / (self.answerable + self.unanswerable)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    store: Path = tmp_path_factory.mktemp("chroma")
    library = Library(KnowledgeSettings(chroma_path=store), BuiltInEmbedder())
    load_folder(library, "acme-dental", SAMPLES, after(0))
    return Retriever(library)


def measure(retriever: Retriever, name: str) -> Figures:
    figures = Figures()
    answerer = Answerer(retriever, None)
    for case in labelled(name):
        answer = asyncio.run(answerer.answer(ACME, case.question, language="en"))
        if case.expect is None:
            figures.unanswerable += 1
            figures.made_up += answer.text is not None
            continue
        passages = retriever.find("acme-dental", case.question)
        figures.answerable += 1
        figures.found += any(
            passage.chunk.source == case.source and case.expect in passage.chunk.text
            for passage in passages
        )
        figures.right += answer.text is not None and case.expect in answer.text
        figures.wrong += answer.text is not None and case.expect not in answer.text
    print(f"{name}: {figures}, recall@5 {figures.recall_at_5:.3f}, wrong {figures.wrong_rate:.3f}")
    return figures


@pytest.mark.parametrize(
    ("name", "answered"),
    [("questions.jsonl", 0.9), ("held_out_questions.jsonl", 0.75), ("fresh.jsonl", 0.7)],
)
def test_questions_are_answered_rightly_or_not_at_all(
    retriever: Retriever, name: str, answered: float
) -> None:
    figures = measure(retriever, name)
    assert figures.recall_at_5 >= 0.95
    assert figures.right / figures.answerable >= answered
    assert figures.wrong_rate <= 0.05


def test_an_answer_is_short_and_names_its_source(retriever: Retriever) -> None:
    answerer = Answerer(retriever, None)
    for case in labelled("questions.jsonl"):
        answer = asyncio.run(answerer.answer(ACME, case.question, language="en"))
        if answer.text is not None:
            assert len(answer.text) <= 350
            assert answer.sources


def test_a_short_question_is_read_with_what_was_asked_before(retriever: Retriever) -> None:
    answerer = Answerer(retriever, None)
    answer = asyncio.run(
        answerer.answer(
            ACME, "and how long do they take?", earlier=["How much do braces cost?"], language="en"
        )
    )
    assert answer.text is not None
    assert "12 to 24 months" in answer.text

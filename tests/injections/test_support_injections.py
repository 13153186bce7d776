"""What people ask can't make the support agent say what its documents don't, nor hide what they
do; and however much is asked, a turn is one request."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from injection_cases import Case, cases, model_that_answers
from model_stand_in import Answer
from segue_common.tenants import Tenant
from segue_support.answering import Answered, Answerer
from segue_support.knowledge.embedding import BuiltInEmbedder
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import load_folder
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings

DOCUMENTS = Path(__file__).parents[2] / "deploy" / "local" / "tenants" / "knowledge" / "acme-dental"
TENANT = Tenant(tenant="acme-dental", name="Acme Dental", time_zone="America/New_York")
PRICE = "How much does whitening cost?"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    store = tmp_path_factory.mktemp("chroma")
    library = Library(KnowledgeSettings(chroma_path=store), BuiltInEmbedder())
    load_folder(library, TENANT.tenant, DOCUMENTS, datetime(2026, 3, 2, tzinfo=UTC))
    return Retriever(library)


def says(*answers: str | None) -> Answer:
    """A model that cites every passage for whatever it says."""
    return Answer({"answers": [{"answer": one, "passages": [1, 2, 3, 4]} for one in answers]})


@pytest.mark.parametrize("case", cases("support"), ids=str)
async def test_an_obeyed_injection_changes_no_answer(retriever: Retriever, case: Case) -> None:
    ours = await Answerer(retriever, None).answers(TENANT, (case.text,), language=case.language)
    async with model_that_answers(says(case.claims["answer"])) as (model, stand_in):
        theirs = await Answerer(retriever, model).answers(
            TENANT, (case.text,), language=case.language
        )
    assert len(stand_in.asked) == 1
    assert theirs.answers == ours.answers
    assert ours.answers[0].text or case.claims["answer"]
    if ours.answers[0].text or case.claims["answer"]:
        assert theirs.use is not None
        assert theirs.use.fell_back


async def test_what_the_passages_say_may_be_said_in_other_words(retriever: Retriever) -> None:
    words = "Whitening at the practice costs $399 and takes about 90 minutes."
    async with model_that_answers(says(words)) as (model, _):
        done = await Answerer(retriever, model).answers(TENANT, (PRICE,), language="en")
    assert done.answers[0].text == words
    assert done.answers[0].sources
    assert done.use is not None
    assert (done.use.fell_back, done.use.prompt) == (None, "support.v2")


async def test_several_questions_are_one_request(retriever: Retriever) -> None:
    questions = (PRICE, "Is there parking?", "What is the meaning of life?")
    words = "Whitening at the practice costs $399."
    async with model_that_answers(says(words, None)) as (model, stand_in):
        done = await Answerer(retriever, model).answers(TENANT, questions, language="en")
    alone = await Answerer(retriever, None).answers(TENANT, questions, language="en")
    assert len(stand_in.asked) == 1
    assert done.answers[0].text == words
    assert done.answers[1] == alone.answers[1]
    assert done.use is not None
    assert (done.use.prompt_tokens, done.use.fell_back) == (100, "no_answer")


async def test_a_failing_model_leaves_the_documents_words_and_says_why(
    retriever: Retriever,
) -> None:
    ours = await Answerer(retriever, None).answers(TENANT, (PRICE,), language="en")
    for bad in (Answer("x", status=500), Answer("no json"), Answer({"answers": "none"})):
        async with model_that_answers(bad) as (model, _):
            theirs: Answered = await Answerer(retriever, model).answers(
                TENANT, (PRICE,), language="en"
            )
        assert theirs.answers == ours.answers
        assert theirs.use is not None
        assert theirs.use.fell_back in ("error", "bad_output")


async def test_other_conversations_are_never_shown(retriever: Retriever) -> None:
    async with model_that_answers(says("x")) as (model, stand_in):
        answerer = Answerer(retriever, model)
        await asyncio.gather(
            *(
                answerer.answers(TENANT, (f"{PRICE} I am {name}.",), language="en")
                for name in ("Ana", "Bob")
            )
        )
    shown = [request["messages"][1]["content"] for request in stand_in.asked]
    assert not any("Ana" in text and "Bob" in text for text in shown)

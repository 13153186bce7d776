"""`segue ask`: the support agent's answer with its sources, or that it doesn't know."""

import argparse
import asyncio
import json

from segue_common.events import ModelUse
from segue_common.runtime.clock import system_clock
from segue_dialogue.model import open_model
from segue_dialogue.understanding import detect_language

from segue_support.answering import Answerer
from segue_support.cli.workbench import Workbench, open_workbench, reporting
from segue_support.domain.turns import Answer
from segue_support.retrieval import Retriever


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Answers a question from the tenant's documents, with the sources."
    parser.add_argument("--tenant", required=True, help="the tenant whose documents are asked")
    parser.add_argument("question")
    parser.add_argument("--json", action="store_true", help="the answer as one JSON object")


def run(args: argparse.Namespace) -> int:
    def ask() -> int:
        answer, use = asyncio.run(_ask(open_workbench(args.tenant), args.question))
        print(as_json(answer, use) if args.json else as_words(answer))
        return 0

    return reporting(ask)


def as_json(answer: Answer, use: ModelUse | None = None) -> str:
    """One object, with the names that other programs read; `answer` is null if it isn't known."""
    return json.dumps(
        {
            "question": answer.question,
            "known": answer.text is not None,
            "answer": answer.text,
            "sources": list(answer.sources),
            "confidence": round(answer.confidence, 3),
            "model": use.model if use else None,
        },
        ensure_ascii=False,
    )


def as_words(answer: Answer) -> str:
    """A few lines for people to read."""
    if answer.text is None:
        return f"I don't know (confidence {answer.confidence:.2f})."
    sources = "\n".join(f"  {source}" for source in answer.sources)
    return f"{answer.text}\n\nfrom (confidence {answer.confidence:.2f}):\n{sources}"


async def _ask(bench: Workbench, question: str) -> tuple[Answer, ModelUse | None]:
    model = open_model(None, system_clock)
    try:
        language = detect_language(question, bench.tenant.languages.default)
        done = await Answerer(Retriever(bench.library), model).answers(
            bench.tenant, (question,), language=language
        )
        return done.answers[0], done.use
    finally:
        if model is not None:
            await model.aclose()

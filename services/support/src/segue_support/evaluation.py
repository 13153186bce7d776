"""Measures answers on labelled questions: `python -m segue_support.evaluation [FOLDER]`.

A folder holds `documents/<business>/` and `questions/<part>/<business>.jsonl`: lines with
`question`, `source` (the document that answers it) and `expect` (words that a right answer
holds), both null where the documents don't say. Thresholds and words are set on the part
`development`; the other parts are about other businesses, so they tell what that is worth.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError
from segue_common.tenants import Tenant

from segue_support.answering import Answerer
from segue_support.knowledge.documents import Chunk, KnowledgeError
from segue_support.knowledge.embedding import make_embedder
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import load_folder
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings

Outcome = Literal["right", "wrong", "unknown", "made up", "rightly unknown"]
FOLDER = Path("services/support/evaluation")
PARTS = ("development", "test", "fresh")
FOUND_AMONG = 5


class Labelled(BaseModel):
    """A question, with the document that answers it and words of the answer, or with neither."""

    question: str
    source: str | None
    expect: str | None


@dataclass(frozen=True)
class Asked:
    """What became of one question; `rank` is the first passage that holds the answer, from 1."""

    business: str
    case: Labelled
    outcome: Outcome
    rank: int | None
    confidence: float
    answer: str | None


@dataclass(frozen=True)
class Figures:
    """Counts over some questions, and the shares that they amount to."""

    questions: int
    answerable: int
    found: int
    right: int
    wrong: int
    unknown: int
    made_up: int

    @property
    def recall(self) -> float:
        """The share of answerable questions whose passage is among the first five."""
        return self.found / self.answerable if self.answerable else 1.0

    @property
    def answered(self) -> float:
        """The share of answerable questions that are answered rightly."""
        return self.right / self.answerable if self.answerable else 1.0

    @property
    def wrong_rate(self) -> float:
        """The share of all questions that get a wrong answer or a made-up one."""
        return (self.wrong + self.made_up) / self.questions if self.questions else 0.0


def businesses(folder: Path, part: str) -> list[str]:
    """The businesses that a part asks about."""
    return sorted(path.stem for path in (folder / "questions" / part).glob("*.jsonl"))


def labelled(path: Path) -> list[Labelled]:
    """The questions of a file; raises ValueError naming the line that isn't one."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(Labelled.model_validate_json(line))
        except ValidationError as error:
            raise ValueError(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return found


def ask_all(folder: Path, part: str, retriever: Retriever) -> list[Asked]:
    """Every question of a part, asked without a language model."""
    return [
        _ask(retriever, name, case)
        for name in businesses(folder, part)
        for case in labelled(folder / "questions" / part / f"{name}.jsonl")
    ]


def retriever_over(folder: Path, store: Path) -> Retriever:
    """All businesses' documents in one store, so that none may answer for another; embeddings as
    the environment says."""
    settings = KnowledgeSettings(chroma_path=store, chroma_url=None)
    library = Library(settings, make_embedder(settings))
    for path in sorted((folder / "documents").iterdir()):
        report = load_folder(library, path.name, path, datetime.now(UTC))
        if report.broken:
            raise KnowledgeError(report.broken[0].reason)
    return Retriever(library)


def figures(asked: Iterable[Asked]) -> Figures:
    """What the outcomes amount to."""
    rows = list(asked)
    outcomes = [row.outcome for row in rows]
    return Figures(
        questions=len(rows),
        answerable=sum(row.case.expect is not None for row in rows),
        found=sum(row.rank is not None and row.rank <= FOUND_AMONG for row in rows),
        right=outcomes.count("right"),
        wrong=outcomes.count("wrong"),
        unknown=outcomes.count("unknown"),
        made_up=outcomes.count("made up"),
    )


def _ask(retriever: Retriever, name: str, case: Labelled) -> Asked:
    tenant = Tenant(tenant=name, name=name, time_zone="UTC")
    answer = asyncio.run(Answerer(retriever, None).answer(tenant, case.question, language="en"))
    passages = retriever.find(name, case.question)
    ranks = (place for place, one in enumerate(passages, start=1) if _holds(one.chunk, case))
    outcome = _outcome(case, answer.text)
    return Asked(name, case, outcome, next(ranks, None), answer.confidence, answer.text)


def _holds(chunk: Chunk, case: Labelled) -> bool:
    if case.expect is None or chunk.source != case.source:
        return False
    return case.expect in chunk.searchable


def _outcome(case: Labelled, text: str | None) -> Outcome:
    if case.expect is None:
        return "made up" if text is not None else "rightly unknown"
    if text is None:
        return "unknown"
    return "right" if case.expect in text else "wrong"


def _row(name: str, of: Figures) -> str:
    return (
        f"{name:<20} {of.questions:>9} {of.recall:>9.3f} {of.answered:>8.3f} "
        f"{of.unknown / max(of.answerable, 1):>8.3f} {of.wrong:>6} {of.made_up:>8} "
        f"{of.wrong_rate:>11.3f}"
    )


def report(asked: Sequence[Asked], *, details: bool) -> str:
    """The figures as a table, a line per business, and what was answered wrongly; with `details`
    also what wasn't known or wasn't found."""
    header = "questions  recall@5    right  unknown  wrong  made up  wrong share"
    rows = [_row(name, figures(r for r in asked if r.business == name)) for name in _names(asked)]
    told = [row for row in asked if details or row.outcome in ("wrong", "made up")]
    bad = [
        f"{row.outcome}: {row.case.question} [{row.business}, {row.confidence:.2f}, rank {row.rank}"
        f"] -> {row.answer}"
        for row in told
        if row.outcome not in ("right", "rightly unknown")
    ]
    return "\n".join([f"{'':<20} {header}", *rows, _row("together", figures(asked)), *bad])


def _names(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(row.business for row in asked))


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures answers on labelled questions.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--details", action="store_true", help="also list what wasn't known")
    parser.add_argument("--json", action="store_true", help="every question as a JSON line")
    args = parser.parse_args()
    if not (args.folder / "questions").is_dir():
        print(f"{args.folder}: no folder with documents/ and questions/", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as store:
        retriever = retriever_over(args.folder, Path(store))
        for part in args.part or PARTS:
            asked = ask_all(args.folder, part, retriever)
            if args.json:
                _print_lines(part, asked)
            else:
                print(f"{part}\n{report(asked, details=args.details)}\n")
    return 0


def _print_lines(part: str, asked: Sequence[Asked]) -> None:
    for row in asked:
        fields = {
            "part": part, "business": row.business, **row.case.model_dump(), "outcome": row.outcome,
            "rank": row.rank, "confidence": round(row.confidence, 3), "answer": row.answer,
        }  # fmt: skip
        print(json.dumps(fields, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())

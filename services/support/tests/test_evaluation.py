"""How well ten invented businesses' labelled questions are answered, without a language model.

`python -m segue_support.evaluation` prints the figures that these limits hold with a margin.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from segue_support.evaluation import PARTS, Asked, ask_all, businesses, figures, retriever_over
from segue_support.knowledge.chunking import chunks_of
from segue_support.knowledge.folder import read_folder

FOLDER = Path(__file__).parents[1] / "evaluation"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Asked]]:
    retriever = retriever_over(FOLDER, tmp_path_factory.mktemp("chroma"))
    return {part: ask_all(FOLDER, part, retriever) for part in PARTS}


def test_there_is_enough_to_measure_by(asked: dict[str, list[Asked]]) -> None:
    documents = [path for path in (FOLDER / "documents").rglob("*") if path.is_file()]
    together = figures(row for rows in asked.values() for row in rows)
    assert len(documents) >= 40
    assert {path.suffix for path in documents} == {
        ".md", ".html", ".txt", ".yaml", ".csv", ".pdf"
    }  # fmt: skip
    assert together.questions >= 150
    assert together.questions - together.answerable >= 40


def test_no_business_is_in_two_parts() -> None:
    names = [name for part in PARTS for name in businesses(FOLDER, part)]
    assert len(names) == len(set(names))


def test_the_passage_with_the_answer_is_among_the_first_five(
    asked: dict[str, list[Asked]],
) -> None:
    for part, rows in asked.items():
        assert figures(rows).recall >= 0.94, part


def test_hardly_an_answer_is_wrong(asked: dict[str, list[Asked]]) -> None:
    for part, rows in asked.items():
        assert figures(rows).wrong_rate <= 0.03, part


@pytest.mark.parametrize(("part", "share"), [("development", 0.57), ("test", 0.45), ("fresh", 0.4)])
def test_so_many_questions_are_answered_without_a_person(
    asked: dict[str, list[Asked]], part: str, share: float
) -> None:
    assert figures(asked[part]).answered >= share


def test_no_answer_comes_from_another_business(asked: dict[str, list[Asked]]) -> None:
    for row in (row for rows in asked.values() for row in rows if row.answer is not None):
        folder = FOLDER / "documents" / row.business
        chunks = chunks_of(read_folder(folder).documents)
        assert any(row.answer.split(". ")[0] in chunk.text for chunk in chunks)


def test_the_command_prints_a_line_for_each_question(tmp_path: Path) -> None:
    (tmp_path / "documents" / "shop").mkdir(parents=True)
    (tmp_path / "questions" / "test").mkdir(parents=True)
    (tmp_path / "documents" / "shop" / "hours.md").write_text("# Hours\n\nWe open at 9 am.")
    case = {"question": "When do you open?", "source": "hours.md", "expect": "9 am"}
    (tmp_path / "questions" / "test" / "shop.jsonl").write_text(json.dumps(case))
    command = [sys.executable, "-m", "segue_support.evaluation", str(tmp_path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["outcome"] == "right"
    assert json.loads(done.stdout)["rank"] == 1

"""How well facts are read in ten languages, on messages labelled with exact values."""

from pathlib import Path

import pytest
from segue_dialogue.cli.fact_scoring import (
    LabelledFacts,
    ScoredFact,
    f1,
    report_facts,
    score_facts,
)

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl", "pl", "hi", "ar")


def labelled(name: str) -> list[LabelledFacts]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [LabelledFacts.model_validate_json(line) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def scored() -> dict[str, list[ScoredFact]]:
    names = ("facts_dev.jsonl", "facts_test.jsonl")
    return {name: score_facts(labelled(name)) for name in names}


@pytest.mark.parametrize(
    ("name", "over_all", "each"), [("facts_dev.jsonl", 0.95, 0.93), ("facts_test.jsonl", 0.9, 0.8)]
)
def test_facts_are_read_in_every_language(
    scored: dict[str, list[ScoredFact]], name: str, over_all: float, each: float
) -> None:
    assert (f1(scored[name]) or 0) >= over_all
    for language in LANGUAGES:
        cases = [case for case in scored[name] if case.lang == language]
        wrong = [case for case in cases if not case.right]
        assert (f1(cases) or 0) >= each, wrong


def test_every_language_is_labelled_in_both_files() -> None:
    for name, least in (("facts_dev.jsonl", 25), ("facts_test.jsonl", 15)):
        lines = labelled(name)
        assert all(sum(line.lang == code for line in lines) >= least for code in LANGUAGES)


def test_a_wrong_value_is_a_false_find_and_a_miss() -> None:
    cases = [
        ScoredFact("a", "en", "people", 4, 4),
        ScoredFact("b", "en", "people", 4, 5),
        ScoredFact("c", "de", "budget", None, {"amount": 3}),
        ScoredFact("d", "de", "name", "Ana", None),
    ]
    report = report_facts(cases)
    assert report["all"] == {"wanted": 3, "precision": 0.3333, "recall": 0.3333, "f1": 0.3333}
    slots, languages = report["slots"], report["languages"]
    assert isinstance(slots, dict)
    assert isinstance(languages, dict)
    assert slots["people"] == {"wanted": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert slots["budget"] == {"wanted": 0, "precision": 0.0, "recall": None, "f1": 0.0}
    assert languages["de"] == {"wanted": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0}

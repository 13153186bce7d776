"""Opt-outs over whole sets: none is missed, and hardly anything else passes for one."""

from pathlib import Path

import pytest
from segue_dialogue.cli import evaluation
from segue_dialogue.cli.opt_out_scoring import (
    ScoredOptOut,
    report_opt_outs,
    score_opt_outs,
    stop_words,
)
from segue_dialogue.understanding.lexicon import languages

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def scored() -> dict[str, list[ScoredOptOut]]:
    return evaluation.opt_outs(DATA)


def test_stop_words_of_every_language_are_opt_outs(scored: dict[str, list[ScoredOptOut]]) -> None:
    assert {word.lang for word in stop_words()} == set(languages())
    assert [case.text for case in scored["stop words"] if not case.found] == []


@pytest.mark.parametrize("name", ["English", "languages"])
def test_free_words_are_recognised_and_near_misses_are_not(
    scored: dict[str, list[ScoredOptOut]], name: str
) -> None:
    figures = report_opt_outs(scored[name])
    assert figures["near_misses"] >= 150  # type: ignore[operator]  # plain JSON
    assert figures["recall"] >= 0.97, [c.text for c in scored[name] if c.wanted and not c.found]  # type: ignore[operator]
    assert figures["false_alarms"] < 0.02, [c.text for c in scored[name] if c.found > c.wanted]  # type: ignore[operator]


def test_a_near_miss_that_passes_counts_as_a_false_alarm() -> None:
    figures = report_opt_outs(
        [ScoredOptOut("a", True, True), ScoredOptOut("b", True, False),
         ScoredOptOut("c", False, True), ScoredOptOut("d", False, False)]
    )  # fmt: skip
    assert figures == {"opt_outs": 2, "recall": 0.5, "near_misses": 2, "false_alarms": 0.5}


def test_no_lines_give_no_figures() -> None:
    assert report_opt_outs(score_opt_outs([]))["recall"] is None

"""Leads of many languages who answer whether they may be rung, or need help at once."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from segue_dialogue.understanding import Context, Understanding, understand

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def lines(*path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in DATA.joinpath(*path).read_text("utf-8").splitlines()]


def read(case: dict[str, Any], question: str | None = None) -> Understanding:
    context = Context(language=case["lang"], question=question)
    return understand(case["text"], context=context, now=NOW)


def everything() -> list[dict[str, Any]]:
    """What people of every language say who want this or that, none of it an emergency."""
    files = sorted((DATA / "languages").glob("*.jsonl"))
    return [case for file in files for case in lines("languages", file.name)]


@pytest.mark.parametrize("case", lines("answers_to_a_call.jsonl"), ids=lambda case: case["text"])
def test_whether_somebody_may_be_rung_is_understood(case: dict[str, Any]) -> None:
    meant = read(case, "consent_call")
    assert meant.affirmation == case["answer"]
    assert not meant.opt_out, "who wants no call may still be written to"


@pytest.mark.parametrize("case", lines("emergencies.jsonl"), ids=lambda case: case["text"])
def test_who_needs_help_at_once_is_heard(case: dict[str, Any]) -> None:
    assert read(case).emergency == case["emergency"]


def test_at_least_the_ten_biggest_languages_say_all_of_it() -> None:
    ten = {"en", "es", "pt", "fr", "de", "it", "nl", "pl", "hi", "ar"}
    for file in ("answers_to_a_call.jsonl", "emergencies.jsonl"):
        assert ten <= {case["lang"] for case in lines(file)}


def test_who_wants_something_else_has_no_emergency_in_any_language() -> None:
    alarmed = [case["text"] for case in everything() if read(case).emergency]
    assert alarmed == []


def test_who_wants_something_refuses_no_call_in_any_language() -> None:
    wanting = [case for case in everything() if case["label"] != "other"]
    refusing = [
        case["text"]
        for case in wanting
        if read(case, "consent_call").affirmation == "no" != read(case).affirmation
    ]
    assert refusing == []

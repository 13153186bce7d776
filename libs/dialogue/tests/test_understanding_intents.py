"""How well intents are told apart on messages that were never used for tuning."""

import argparse
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from segue_dialogue.cli import evaluate
from segue_dialogue.cli import understand as understand_command
from segue_dialogue.cli.scoring import accuracy, calibration_error, recall
from segue_dialogue.understanding import Context, understand
from segue_dialogue.understanding.intents.examples import examples, fingerprint, framed
from segue_dialogue.understanding.intents.model import load

DATA = Path(__file__).parent / "data"
TEST_FILES = tuple(f"intents_{name}.jsonl" for name in ("test", "test2", "test4", "test5"))
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def intent(text: str, question: str | None = None) -> str:
    return understand(text, context=Context(question=question), now=NOW).intent


@pytest.mark.parametrize("file", TEST_FILES)
def test_unseen_messages_are_read_right(file: str) -> None:
    scored = evaluate.score(evaluate.load(DATA / file))
    assert len(scored) >= 150
    assert (accuracy(scored) or 0) >= 0.88
    assert (recall(scored, "human") or 0) >= 0.93
    assert (calibration_error(scored) or 1) < 0.08


def test_no_test_message_is_an_example_or_a_development_message() -> None:
    seen = {text.lower() for text, _ in examples() + framed()}
    seen |= {case.text.lower() for case in evaluate.load(DATA / "intents_dev.jsonl")}
    # Courtesies have only so many forms.
    tested = [
        case
        for file in (*TEST_FILES, "intents_test3.jsonl")
        for case in evaluate.load(DATA / file)
        if len(case.text) > 20
    ]
    assert [case.text for case in tested if case.text.lower() in seen] == []


def test_the_weights_were_trained_on_the_examples_as_they_are() -> None:
    assert load().trained_on == fingerprint(examples() + framed())


def test_confidence_is_honest_on_development_messages() -> None:
    cases = evaluate.load(DATA / "intents_dev.jsonl")
    sure = [(understand(c.text, now=NOW), c.label) for c in cases]
    kept = [(u.intent, label) for u, label in sure if u.confidence >= 0.8]
    assert len(kept) >= len(cases) / 2
    assert sum(guess == label for guess, label in kept) / len(kept) >= 0.9


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("how much is a cleaning?", True),
        ("do you sell gift baskets", True),
        ("what are your opening hours", True),
        ("I'm looking for a new dentist", False),
        ("can I come on friday at 3?", False),
        ("thanks a lot", False),
    ],
)
def test_what_documents_may_say_is_told_from_a_wish(text: str, asks: bool) -> None:
    assert understand(text, now=NOW).asks_facts is asks


def test_who_asks_for_a_price_is_a_prospect() -> None:
    assert intent("how much is a cleaning?") == "sales"


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("800", "budget", "sales"),
        ("next month", "timeline", "sales"),
        ("yes just me", "authority", "sales"),
        ("rather not say", "budget", "sales"),
        ("tuesday at 3", "choose_slot", "book"),
        ("yes", "confirm_booking", "book"),
        ("the second", "choose_slot", "book"),
        ("the 20th", "timeline", "sales"),
        ("yes", "offer_next_step", "sales"),
        ("yes", None, "other"),
        ("can I talk to a human", "budget", "human"),
        ("STOP", "choose_slot", "other"),
    ],
)
def test_an_answer_belongs_to_who_asked(text: str, question: str | None, expected: str) -> None:
    assert intent(text, question) == expected


def _parsed(module: object, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]  # both commands have it
    return parser.parse_args(words)


def test_the_command_prints_one_object_for_each_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["can I come tomorrow at 3?", "", '{"text": "800", "context": {"question": "budget"}}']
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines)))
    args = _parsed(understand_command, "--json", "--now", "2026-11-18T10:20:00-05:00")
    assert understand_command.run(args) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["intent"] == "book"
    assert first["times"] == [
        {
            "start": "2026-11-19T15:00:00-05:00",
            "end": "2026-11-19T16:00:00-05:00",
            "grain": "hour",
            "quote": "tomorrow at 3",
        }
    ]
    assert second["facts"][0]["slot"] == "budget"
    wanted = {"text", "language", "intent", "confidence", "wants_human", "opt_out", "opt_in"}
    assert wanted <= set(first)


def test_the_scores_are_printed_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "two.jsonl"
    file.write_text(
        '{"text": "can I talk to a human", "label": "human", "lang": "en"}\n'
        '{"text": "what are your opening hours", "label": "book", "lang": "en"}\n'
    )
    assert evaluate.run(_parsed(evaluate, str(file), "--json")) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["accuracy"] == 0.5
    assert figures["intents"]["human"]["recall"] == 1.0
    assert figures["confusion"]["book"] == {"support": 1}


def test_a_bad_line_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "hi", "label": "other"}\nnot json\n')
    assert evaluate.run(_parsed(evaluate, str(file))) == 1
    assert f"{file}:2:" in capsys.readouterr().err

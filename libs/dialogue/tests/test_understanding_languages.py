"""What is wanted, in every language with phrases of its own, and which language that surely is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from segue_dialogue.cli import evaluate
from segue_dialogue.cli.scoring import accuracy, recall
from segue_dialogue.understanding import Context, sure_language, understand
from segue_dialogue.understanding.intents.model import classify

FILES = sorted((Path(__file__).parent / "data" / "languages").glob("*.jsonl"))
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_wanted_is_understood_in_the_language(file: Path) -> None:
    scored = evaluate.score(evaluate.load(file))
    assert (accuracy(scored) or 0) >= 0.85
    for label in ("book", "support", "sales"):
        assert (recall(scored, label) or 0) >= 0.6, label
    assert recall(scored, "human") in (1.0, None)


def test_languages_are_routed_right_all_in_all() -> None:
    scored = [case for file in FILES for case in evaluate.score(evaluate.load(file))]
    assert (accuracy(scored) or 0) >= 0.95


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("quería cambiar la cita del martes", "book"),
        ("a qué hora cierran los sábados?", "support"),
        ("Ich möchte einen Termin am Freitag", "book"),
        ("明日の予約を変更したいです", "book"),
    ],
)
def test_it_is_understood_also_where_another_language_was_spoken_before(
    text: str, intent: str
) -> None:
    assert understand(text, context=Context(language="en"), now=NOW).intent == intent


@pytest.mark.parametrize("text", ["how much is a cleaning?", "can I come on friday at 3?"])
def test_english_is_left_to_the_model_also_where_another_language_was_spoken(text: str) -> None:
    meant = understand(text, context=Context(language="es"), now=NOW)
    assert meant.confidence == round(classify(text).intents[meant.intent], 4)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, quiero una cita", "es"),
        ("Sorry, can we continue in English?", "en"),
        ("do you have a table for mañana please", "en"),
        ("Je voudrais un rendez-vous demain", "fr"),
        ("хочу записаться на завтра", "ru"),
        ("明日の午後に予約したいです", "ja"),
    ],
)
def test_several_words_of_a_language_show_it_surely(text: str, language: str) -> None:
    assert sure_language(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "ok", "👍", "hola", "ok muchas gracias amigo", "Jan van der Berg", "привет", "नमस्ते",
     "my casa", "Juan de la Cruz", "10:30", "hasta luego"],
)  # fmt: skip
def test_a_courtesy_a_name_or_a_borrowed_word_does_not(text: str) -> None:
    assert sure_language(text) is None


def test_where_a_language_seems_sure_it_mostly_is() -> None:
    said = [case for file in FILES for case in evaluate.load(file)]
    sure = [(found, case.lang) for case in said if (found := sure_language(case.text))]
    assert len(sure) > len(said) / 2
    assert sum(found == really for found, really in sure) / len(sure) > 0.98

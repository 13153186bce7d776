"""Every catalogue says everything that the code asks for, with the same fields."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from segue_dialogue.phrasing import Phrasebook, phrasebook
from segue_dialogue.phrasing.phrasebook import CATALOGUES

ROOT = Path(__file__).parents[3]
LANGUAGES = sorted(path.stem for path in CATALOGUES.glob("*.po"))
SAYING = {"say", "say_count"}


@dataclass(frozen=True)
class Use:
    """One call that says a phrase by a literal key."""

    where: str
    key: str
    given: frozenset[str] | None


def uses() -> Iterator[Use]:
    for folder in ("services", "libs", "deploy"):
        for path in sorted((ROOT / folder).glob("**/src/**/*.py")):
            text = path.read_text("utf-8")
            # Elsewhere `say` is another word: progress, or a person's own words.
            if "phrasing" not in text and "phrasebook" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call):
                    yield from use_of(node, f"{path.relative_to(ROOT)}:{node.lineno}")


def use_of(call: ast.Call, where: str) -> Iterator[Use]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    first = call.args[0] if call.args else None
    if name in SAYING and isinstance(first, ast.Constant) and isinstance(first.value, str):
        names = [keyword.arg for keyword in call.keywords]
        given = {name for name in names if name} | ({"count"} if name == "say_count" else set())
        yield Use(where, first.value, None if None in names else frozenset(given))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_key_of_the_english_one_and_no_other(language: str) -> None:
    book = phrasebook()
    assert set(book.catalogue(language).phrases) == set(book.catalogue("en").phrases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_names_the_same_fields_as_the_english_one(language: str) -> None:
    english = phrasebook().catalogue("en").phrases
    for key, phrase in phrasebook().catalogue(language).phrases.items():
        assert phrase.fields == english[key].fields, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_said_in_the_chat(language: str) -> None:
    catalogue = phrasebook().catalogue(language)
    for key, phrase in catalogue.phrases.items():
        values = dict.fromkeys(phrase.fields, "x")
        assert phrasebook().say(key, language, **values) == phrase.forms[0].format(**values).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_phrase_has_a_form_for_every_count(language: str) -> None:
    catalogue = phrasebook().catalogue(language)
    counted = [phrase for phrase in catalogue.phrases.values() if len(phrase.forms) > 1]
    needed = {catalogue.plural_form(count) for count in range(200)}
    for phrase in counted:
        assert needed <= set(range(len(phrase.forms)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spoken_aloud_has_no_brackets_or_links(language: str) -> None:
    for key, phrase in phrasebook().catalogue(language).phrases.items():
        if key.startswith("voice."):
            assert not set("()[]*/\n") & set("".join(phrase.forms)), key


def test_every_key_used_in_the_code_exists_with_the_values_it_needs() -> None:
    english = Phrasebook().catalogue("en").phrases
    wrong = [
        f"{use.where}: {use.key}"
        for use in uses()
        if use.key not in english
        or (use.given is not None and not english[use.key].fields <= use.given)
    ]
    assert wrong == []


def test_the_scan_sees_the_calls_it_is_for() -> None:
    assert {"format.slot", "format.today"} <= {use.key for use in uses()}

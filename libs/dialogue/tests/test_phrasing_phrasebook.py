"""The phrasebook finds the nearest language and says exactly what it was given."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.phrasing import (
    BadCatalogue,
    MissingValue,
    Phrasebook,
    UnknownPhrase,
    phrasebook,
)

HEADER = 'msgid ""\nmsgstr ""\n"Language: {0}\\n"\n"Plural-Forms: {1}\\n"\n\n'
TWO_FORMS = "nplurals=2; plural=(n != 1);"
SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)


def write(folder: Path, language: str, entries: str, plurals: str = TWO_FORMS) -> Path:
    path = folder / f"{language}.po"
    path.write_text(HEADER.format(language, plurals) + entries, "utf-8")
    return path


def test_a_phrase_is_said_in_the_language_then_its_base_then_english(tmp_path: Path) -> None:
    write(tmp_path, "en", 'msgid "a"\nmsgstr "A en"\n\nmsgid "b"\nmsgstr "B en"\n')
    write(tmp_path, "pt", 'msgid "a"\nmsgstr "A pt"\n')
    write(tmp_path, "zh-Hant", 'msgid "a"\nmsgstr "A hant"\n')
    book = Phrasebook(tmp_path)
    assert book.say("a", "pt-BR") == "A pt"
    assert book.say("b", "pt-BR") == "B en"
    assert book.say("a", "zh-TW") == "A hant"
    assert book.say("a", "nonsense language") == "A en"
    assert book.spoken("pt-BR") == "pt-BR"
    assert book.spoken("ru") == "en"


def test_an_unknown_key_and_a_missing_value_are_errors_that_say_which() -> None:
    with pytest.raises(UnknownPhrase, match=r"no\.such\.key"):
        phrasebook().say("no.such.key", "es")
    with pytest.raises(MissingValue, match="business"):
        phrasebook().say("greeting", "en")


@given(st.text(min_size=1).filter(lambda text: text == text.strip()))
def test_a_value_is_inserted_as_it_is_whatever_it_holds(name: str) -> None:
    said = phrasebook().say("sales.not_understood", "en", question=name)
    assert said == f"Sorry, I didn't quite follow. {name}".strip()


def test_a_count_takes_the_form_that_the_language_wants(tmp_path: Path) -> None:
    forms = 'msgid "n"\nmsgid_plural "n"\n'
    write(tmp_path, "en", forms + 'msgstr[0] "{count} day"\nmsgstr[1] "{count} days"\n')
    slavic = 'msgstr[0] "{count} день"\nmsgstr[1] "{count} дня"\nmsgstr[2] "{count} дней"\n'
    write(tmp_path, "ru", forms + slavic, SLAVIC)
    book = Phrasebook(tmp_path)
    said = [book.say_count("n", "ru", count) for count in (1, 3, 5, 21)]
    assert said == ["1 день", "3 дня", "5 дней", "21 день"]
    assert book.say_count("n", "en", 2) == "2 days"


def test_an_untranslated_or_doubtful_message_is_left_to_english(tmp_path: Path) -> None:
    write(tmp_path, "en", 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n')
    write(tmp_path, "it", 'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "forse"\n')
    book = Phrasebook(tmp_path)
    assert (book.say("a", "it"), book.say("b", "it")) == ("A", "B")


@pytest.mark.parametrize("text", ["{0}", "{}", "{a.b}", "{a!r}", "{a:>9}", "{open"])
def test_a_field_that_is_more_than_a_name_makes_the_catalogue_bad(
    tmp_path: Path, text: str
) -> None:
    write(tmp_path, "en", f'msgid "a"\nmsgstr "{text}"\n')
    with pytest.raises(BadCatalogue, match=r"en\.po: a"):
        Phrasebook(tmp_path).say("a", "en")


def test_an_answer_without_sources_ends_without_blank_lines() -> None:
    assert phrasebook().say("support.answer", "en", answer="We open at nine.", sources="") == (
        "We open at nine."
    )


def test_the_phrasebook_is_made_once() -> None:
    assert phrasebook() is phrasebook()

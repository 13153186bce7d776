"""Who asks for a language by its name, and who only mentions one."""

import pytest
from segue_dialogue.understanding import asked_for, surely_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English please", "en"),
        ("in English?", "en"),
        ("Sorry, can we speak English please?", "en"),
        ("do you speak Spanish?", "es"),
        ("¿habla español?", "es"),
        ("en español por favor", "es"),
        ("parlez-vous français ?", "fr"),
        ("auf Deutsch bitte", "de"),
        ("sprechen Sie Deutsch?", "de"),
        ("in italiano per favore", "it"),
        ("você fala português?", "pt"),
        ("in het Nederlands graag", "nl"),
        ("spreekt u Nederlands?", "nl"),
        ("po polsku proszę", "pl"),
        ("can we talk in Polish", "pl"),
        ("можно по-русски?", "ru"),
        ("Türkçe lütfen", "tr"),
    ],
)
def test_a_language_may_be_asked_for_by_its_name(text: str, language: str | None) -> None:
    assert asked_for(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "please", "I want English lessons", "do you teach Spanish?", "a Swedish massage please",
        "Swedish please", "French", "nail polish please", "I speak English and Spanish",
        "my husband is German", "do you have a menu in English?", "quiero clases de inglés",
    ],
)  # fmt: skip
def test_who_only_mentions_a_language_asks_for_none(text: str) -> None:
    assert asked_for(text) is None


def test_who_asks_for_a_language_gets_the_variant_that_the_business_has() -> None:
    assert surely_in("en español por favor", "en", "es-MX") == "es-MX"
    assert surely_in("English please", "es-MX", "es-MX") == "en"

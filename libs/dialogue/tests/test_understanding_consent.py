"""Stopping, starting again, asking for a person or a call, yes and no, in several languages."""

from datetime import UTC, datetime

import pytest
from segue_dialogue.understanding import Context, Understanding, detect_language, understand

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
CARRIER_WORDS = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]


def read(text: str, context: Context | None = None) -> Understanding:
    return understand(text, context=context or Context(), now=NOW)


@pytest.mark.parametrize("word", CARRIER_WORDS)
@pytest.mark.parametrize("form", ["{}", " {}. ", "{}!!!"])
def test_every_carrier_stop_word_ends_it(word: str, form: str) -> None:
    for written in (word, word.lower(), word.capitalize()):
        assert read(form.format(written)).opt_out


def test_cancel_alone_is_an_opt_out_even_about_a_booking() -> None:
    assert read("Cancel", Context(has_booking=True, question="confirm_booking")).opt_out


@pytest.mark.parametrize(
    "text",
    [
        "stop all",
        "opt out",
        "please stop texting me",
        "stop sending me messages",
        "don't message me again",
        "Do not text me anymore.",
        "take me off your list",
        "remove my number from your database",
        "leave me alone",
        "I want to unsubscribe",
        "I no longer wish to receive these",
        "no more texts please",
        "por favor deje de escribirme",
        "no me escriban más",
        "pare de me mandar mensagens",
        "arrêtez de m'envoyer des messages",
        "bitte schreiben Sie mir nicht mehr",
        "ARRÊT",
        "STOPP",
    ],
)
def test_free_words_end_it_too(text: str) -> None:
    assert read(text).opt_out


@pytest.mark.parametrize(
    "text",
    [
        "stop what you're doing",
        "cancel my appointment",
        "can you stop by",
        "the bus stop",
        "please cancel the booking for friday",
        "when does the course end",
        "I quit smoking",
        "don't call me, text me instead",
        "don't stop",
        "did you stop texting me?",
        "is there a stop near you",
        "my pain won't stop",
    ],
)
def test_stopping_something_else_does_not_end_it(text: str) -> None:
    assert not read(text).opt_out


@pytest.mark.parametrize("text", ["START", "unstop", "yes subscribe me again"])
def test_starting_again(text: str) -> None:
    understood = read(text)
    assert understood.opt_in
    assert not understood.opt_out


@pytest.mark.parametrize(
    "text",
    [
        "can I talk to someone",
        "real person please",
        "are you a bot? get me a human",
        "speak to a representative",
        "could I talk to someone about braces",
        "HUMAN",
        "quiero hablar con una persona",
        "quero falar com um atendente",
        "je veux parler à un conseiller",
        "ich möchte mit einem Mitarbeiter sprechen",
    ],
)
def test_asking_for_a_person(text: str) -> None:
    understood = read(text)
    assert understood.wants_human
    assert understood.intent == "human"


@pytest.mark.parametrize(
    "text",
    ["I have to talk to my wife", "I talked to someone yesterday", "can you call me"],
)
def test_talk_of_people_is_no_request_for_one(text: str) -> None:
    assert not read(text).wants_human


@pytest.mark.parametrize(
    "text",
    [
        "call me",
        "can you ring me at 5",
        "give me a call",
        "please call me back",
        "I'd prefer a phone call",
        "llámame por favor",
        "me liga amanhã",
        "rappelez-moi s'il vous plaît",
        "rufen Sie mich bitte an",
    ],
)
def test_asking_for_a_call(text: str) -> None:
    assert read(text).wants_call


@pytest.mark.parametrize(
    "text", ["call me Dana", "don't call me", "I'll call you", "you called me", "no calls please"]
)
def test_calls_that_are_not_asked_for(text: str) -> None:
    assert not read(text).wants_call


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", "yes"),
        ("Yep, sounds good", "yes"),
        ("ok great", "yes"),
        ("👍", "yes"),
        ("no thanks", "no"),
        ("Nope", "no"),
        ("not really", "no"),
        ("no idea", None),
        ("no problem", "yes"),
        ("I have 2 kids", None),
        ("what time?", None),
        ("sí, claro", "yes"),
        ("nein danke", "no"),
        ("não, obrigado", "no"),
        ("oui, volontiers", "yes"),
    ],
)
def test_yes_and_no(text: str, answer: str | None) -> None:
    assert read(text).affirmation == answer


def test_greetings_and_thanks() -> None:
    assert read("Hi there").greeting
    assert not read("what a hilarious thing").greeting
    assert read("ok thank you!").thanks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do you have anything for tomorrow", "en"),
        ("hola, quisiera una cita para mañana", "es"),
        ("olá, gostaria de marcar uma consulta amanhã", "pt"),
        ("bonjour, je voudrais un rendez-vous demain", "fr"),
        ("hallo, ich möchte morgen einen Termin", "de"),
        ("ciao, vorrei un appuntamento per domani", "it"),
        ("hallo, ik wil graag een afspraak voor morgen", "nl"),
        ("dzień dobry, chciałbym umówić się na jutro", "pl"),
        ("здравствуйте, можно записаться на завтра", "ru"),
        ("добрий день, чи є вільний час", "uk"),
        ("明日予約できますか", "ja"),
    ],
)
def test_the_language_shows(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["ok", "800", "👍", "Dana", ""])
def test_a_message_that_shows_no_language_is_in_the_default(text: str) -> None:
    assert detect_language(text, "es") == "es"


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("我想预约明天下午", "en", "zh"),
        ("我想預約明天下午", "en", "zh-Hant"),
        ("明天下午三", "zh-TW", "zh-TW"),
        ("明天下午三", "en", "zh"),
        ("予約希望", "en", "ja"),
        ("明日", "ja", "ja"),
        ("मलाई भोलि बिहान समय चाहिएको छ", "hi", "ne"),
        ("भोलि", "ne", "ne"),
    ],
)
def test_languages_of_one_script_are_told_apart(text: str, default: str, language: str) -> None:
    assert detect_language(text, default) == language

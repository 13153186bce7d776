"""Languages that share a script, vowel signs inside words, and letters typed in several ways."""

import pytest
from segue_dialogue.understanding.language import detect_language
from segue_dialogue.understanding.lexicon import phrase_pattern
from segue_dialogue.understanding.message import read


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("मुझे कल का समय चाहिए", "hi"),
        ("मला उद्या वेळ हवी आहे", "mr"),
        ("mujhe kal appointment chahiye", "hi"),
        ("کل کا وقت چاہیے", "ur"),
        ("وقت برای فردا می‌خواهم", "fa"),
        ("مرحبا، بكم الحجز؟", "ar"),
        ("momken a7gez bokra", "ar"),
        ("хочу записатися на завтра", "uk"),
        ("хочу записаться на завтра", "ru"),
        ("ਮੈਨੂੰ ਭਲਕੇ ਦਾ ਸਮਾਂ ਚਾਹੀਦਾ ਹੈ", "pa"),
        ("મારે કાલે આવવું છે", "gu"),
    ],
)
def test_neighbours_of_one_script_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(("text", "default"), [("سلام 123", "fa"), ("नमस्ते", "mr")])
def test_what_neighbours_share_is_in_the_language_of_the_business(text: str, default: str) -> None:
    assert detect_language(text, default) == default


def test_a_word_keeps_its_vowel_signs() -> None:
    assert read("नहीं, धन्यवाद").words == ("नहीं", "धन्यवाद")


@pytest.mark.parametrize("text", ["कीमत", "मता", "नामत"])
def test_a_phrase_is_not_found_inside_a_word_beside_a_vowel_sign(text: str) -> None:
    assert phrase_pattern(["मत"]).search(read(text).plain) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحجز", "احجز"),
        ("می روم", "مي روم"),
        ("ещё", "еще"),
        ("Iptal", "İptal"),
        ("\u095eोन", "फोन"),
        ("কবে \u09df", "কবে য"),
    ],
)
def test_spellings_of_one_word_are_searched_as_one(one: str, other: str) -> None:
    assert read(one).plain == read(other).plain


def test_a_message_stays_as_long_as_it_was() -> None:
    text = "İptal أإآ ё \u095e\u09df ی ک"
    assert len(read(text).plain) == len(text)


@pytest.mark.parametrize("text", ["फ़ोन करो", "फोन करो", "\u095eोन करो"])
def test_the_dot_inside_a_letter_may_be_missing(text: str) -> None:
    pattern = phrase_pattern(["फ\u093c?ोन करो"])
    assert pattern.search(read(text).plain)

"""Times in ten languages: labelled messages, and what each language must not mistake for one."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_dialogue.cli.time_scoring import TimeScore, load_times, score_times
from segue_dialogue.understanding import Context, understand

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl", "pl", "hi", "ar")
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday


def told(text: str, language: str | None = None) -> list[tuple[str, str]]:
    found = understand(text, context=Context(language=language, region="DE"), now=NOW).times
    return [(f"{t.start:%m-%d %H:%M}", t.quote) for t in found]


@pytest.fixture(scope="module")
def dev() -> dict[str, TimeScore]:
    return score_times(load_times(DATA / "times_dev.jsonl"))


@pytest.fixture(scope="module")
def unseen() -> dict[str, TimeScore]:
    return score_times(load_times(DATA / "times_test.jsonl"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_are_read_exactly_in_every_language(dev: dict[str, TimeScore], language: str) -> None:
    assert dev[language].f1 >= 0.95, dev[language].wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_that_nothing_was_fitted_to_are_read_too(
    unseen: dict[str, TimeScore], language: str
) -> None:
    assert unseen[language].f1 >= 0.85, unseen[language].figures()


def test_the_languages_together_miss_few_times(unseen: dict[str, TimeScore]) -> None:
    assert sum(unseen.values(), TimeScore(0, 0, 0, 0)).f1 >= 0.9


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("martes a las 3", "11-24 15:00"),
        ("morgen um 15 Uhr", "11-19 15:00"),
        ("demain matin 10h", "11-19 10:00"),
        ("w przyszły wtorek", "11-24 00:00"),
        ("बुधवार को 4 बजे", "11-25 16:00"),
        ("الخميس الساعة ٤", "11-19 16:00"),
    ],
)
def test_the_first_words_of_a_conversation_are_read_in_their_language(
    text: str, start: str
) -> None:
    assert [time for time, _ in told(text)] == [start]


def test_half_four_is_read_as_its_language_means_it() -> None:
    assert told("half four tomorrow", "en")[0][0] == "11-19 16:30"
    assert told("morgen om half vier", "nl")[0][0] == "11-19 15:30"
    assert told("morgen um halb vier", "de")[0][0] == "11-19 15:30"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mon rendez-vous, c'est sur", "fr"),
        ("sei molto gentile", "it"),
        ("vivo frente al mar", "es"),
        ("prefiro a segunda opção", "pt"),
        ("Guten Morgen zusammen", "de"),
        ("dat is niet zo", "nl"),
        ("ten pokój jest ładny", "pl"),
        ("मुझे 2 कमरे चाहिए", "hi"),
        ("عندي سؤال واحد", "ar"),
        ("can you do it so I am happy", "de"),
    ],
)
def test_a_word_that_is_a_time_elsewhere_is_none_here(text: str, language: str) -> None:
    assert told(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "start"),
    [
        ("nächsten Freitag", "de", "11-27"),
        ("kommenden Freitag", "de", "11-20"),
        ("vendredi prochain", "fr", "11-27"),
        ("el próximo viernes", "es", "11-27"),
        ("el viernes que viene", "es", "11-20"),
        ("venerdì prossimo", "it", "11-27"),
        ("próxima sexta", "pt", "11-27"),
        ("sexta que vem", "pt", "11-20"),
        ("volgende vrijdag", "nl", "11-27"),
        ("komende vrijdag", "nl", "11-20"),
        ("w przyszły piątek", "pl", "11-27"),
        ("w najbliższy piątek", "pl", "11-20"),
        ("अगले शुक्रवार", "hi", "11-27"),
        ("आने वाले शुक्रवार", "hi", "11-20"),
        ("الجمعة القادمة", "ar", "11-20"),
    ],
)
def test_next_is_the_next_calendar_week_and_coming_the_coming_one(
    text: str, language: str, start: str
) -> None:
    assert [time[:5] for time, _ in told(text, language)] == [start]


def test_quotes_are_the_words_as_written() -> None:
    assert told("Ginge MORGEN  um 15 Uhr?", "de") == [("11-19 15:00", "MORGEN  um 15 Uhr")]
    assert told("¿Mañana por la tarde?", "es") == [("11-19 12:00", "Mañana por la tarde")]
    assert told("बुधवार को ४ बजे", "hi") == [("11-25 16:00", "बुधवार को ४ बजे")]


def test_english_beside_another_language_is_read() -> None:
    assert told("Hola, can we do tomorrow at 3pm?", "es") == [("11-19 15:00", "tomorrow at 3pm")]


def test_words_that_are_days_only_in_company_are_read_in_it() -> None:
    assert [time for time, _ in told("ma 23 nov om 3", "nl")] == ["11-23 15:00"]
    assert [time for time, _ in told("so 22. um 3", "de")] == ["11-22 15:00"]


def test_twelve_at_night_is_midnight() -> None:
    assert told("tonight from twelve", "en") == [("11-19 00:00", "tonight from twelve")]


def _words(language: str) -> list[str]:
    """The words that the labelled messages of a language are made of."""
    lines = load_times(DATA / "times_dev.jsonl") + load_times(DATA / "times_test.jsonl")
    return sorted({word for line in lines if line.lang == language for word in line.text.split()})


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[str, str]:
    """Words of one language in any order, among numbers and signs, sometimes with another's."""
    language, other = draw(st.sampled_from(LANGUAGES)), draw(st.sampled_from(LANGUAGES))
    numbers = ["3", "10", "15:30", "12.", "12.05.", "24", "31", "0", "99", "2026", "-", "/", ","]
    pools = [st.sampled_from(pool) for pool in (_words(language), _words(other), numbers)]
    words = draw(st.lists(st.one_of(pools[0], *pools), max_size=10))
    return " ".join(words), language


@settings(deadline=None)  # the first message in a language compiles its patterns
@given(mixture=mixtures(), asked=st.sampled_from([None, "choose_slot"]))
def test_every_time_is_a_span_and_quotes_the_message(
    mixture: tuple[str, str], asked: str | None
) -> None:
    text, language = mixture
    context = Context(language=language, question=asked, region="DE")
    for time in understand(text, context=context, now=NOW).times:
        assert time.start.timestamp() < time.end.timestamp()
        assert time.quote
        assert time.quote in text
        assert not re.search(r"^\s|\s$", time.quote)

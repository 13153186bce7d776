from datetime import timedelta

import pytest
from segue_booking.domain import vocabulary
from segue_booking.domain.cues import Cue, read_cues
from segue_booking.domain.shifts import read_shift


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("the second one", 2),
        ("The first works for me", 1),
        ("second please", 2),
        ("ok first", 1),
        ("the earlier one", 1),
        ("the last one please", -1),
        ("the later one", -1),
        ("option 3", 3),
        ("can I speak about prices first?", None),
        ("the second of June", None),
        ("first thing tomorrow", None),
        ("it's the first time for me", None),
        ("the first or the second, no preference", None),
        ("3pm", None),
    ],
)
def test_an_ordinal_is_a_choice_only_where_it_stands_for_an_offer(text, ordinal):
    assert read_cues(text, offered=True).ordinal == ordinal


def test_ordinals_mean_nothing_where_nothing_was_offered():
    cues = read_cues("the second one", offered=False)
    assert (cues.ordinal, cues.rest) == (None, "the second one")


def test_what_stands_for_an_offer_is_not_read_as_a_time():
    assert "second" not in read_cues("the second one please", offered=True).rest
    assert read_cues("the 3pm one", offered=True).rest == "the 3pm"


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("I need to cancel my appointment", Cue.CANCEL),
        ("please call it off", Cue.CANCEL),
        ("could we reschedule?", Cue.MOVE),
        ("can we move it to Friday", Cue.MOVE),
        ("is another day possible", Cue.MOVE),
        ("I won't be able to make it", Cue.UNABLE),
        ("no, keep it", Cue.KEEP),
        ("anything earlier?", Cue.EARLIER),
        ("something a bit later", Cue.LATER),
        ("none of those", Cue.OTHER),
        ("I can’t do any of those", Cue.OTHER),
        ("any of them is fine", Cue.ANY),
        ("I don't mind", Cue.ANY),
        ("yesterday at 3", Cue.PAST),
        ("around 3", Cue.ROUGHLY),
        ("when is my appointment?", Cue.WHEN),
    ],
)
def test_words_about_a_meeting_are_heard(text, cue):
    assert cue in read_cues(text, offered=True).found


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("how about Thursday at 2", Cue.ROUGHLY),
        ("it has hurt since yesterday", Cue.PAST),
        ("I can't do any of those", Cue.ANY),
        ("I'd like to book an appointment", Cue.MOVE),
    ],
)
def test_words_that_only_look_like_it_are_not(text, cue):
    assert cue not in read_cues(text, offered=True).found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("make that the week after", 7),
        ("the week after, please", 7),
        ("a day earlier would be better", -1),
        ("the following week", 7),
        ("the week after next", None),
        ("the day after tomorrow", None),
        ("the week after Christmas", None),
        ("next week", None),
    ],
)
def test_only_what_is_counted_from_the_time_in_hand_moves_it(text, days):
    shift, rest = read_shift(text)
    assert shift == (timedelta(days=days) if days else None)
    assert days or rest == text


TEN = ("ar", "de", "en", "es", "fr", "hi", "it", "nl", "pl", "pt")
SAID = {
    "es": {
        Cue.CANCEL: "quiero cancelar mi cita", Cue.MOVE: "¿puedo cambiar la cita?",
        Cue.KEEP: "no, no la cancele", Cue.OTHER: "ninguna, gracias", Cue.ANY: "me da igual",
        Cue.EARLIER: "¿algo más temprano?", Cue.WHEN: "¿cuándo es mi cita?",
        Cue.STANDING: "quiero mover mi cita", Cue.UNABLE: "no puedo ir",
    },
    "pt": {
        Cue.CANCEL: "quero desmarcar a consulta", Cue.MOVE: "posso remarcar?",
        Cue.KEEP: "não, deixe como está", Cue.OTHER: "nenhum desses", Cue.ANY: "tanto faz",
        Cue.EARLIER: "algo mais cedo?", Cue.WHEN: "quando é a minha consulta?",
        Cue.STANDING: "quero mudar a minha consulta", Cue.UNABLE: "não vou poder ir",
    },
    "fr": {
        Cue.CANCEL: "je dois annuler mon rendez-vous", Cue.MOVE: "on peut le décaler ?",
        Cue.KEEP: "non, n'annulez pas", Cue.OTHER: "aucun des deux", Cue.ANY: "peu importe",
        Cue.EARLIER: "plus tôt si possible", Cue.WHEN: "quand est mon rendez-vous ?",
        Cue.STANDING: "je voudrais déplacer mon rendez-vous", Cue.UNABLE: "j'ai un empêchement",
    },
    "de": {
        Cue.CANCEL: "ich muss den Termin absagen", Cue.MOVE: "können wir das verschieben?",
        Cue.KEEP: "nein, lassen wir es so", Cue.OTHER: "keiner davon", Cue.ANY: "ist mir egal",
        Cue.EARLIER: "geht es auch früher?", Cue.WHEN: "wann ist mein Termin?",
        Cue.STANDING: "ich möchte meinen Termin verschieben",
        Cue.UNABLE: "mir ist etwas dazwischengekommen",
    },
    "it": {
        Cue.CANCEL: "devo disdire l'appuntamento", Cue.MOVE: "possiamo spostarlo?",
        Cue.KEEP: "no, lasciamo così", Cue.OTHER: "nessuno di questi", Cue.ANY: "per me è uguale",
        Cue.EARLIER: "qualcosa più presto?", Cue.WHEN: "quando è il mio appuntamento?",
        Cue.STANDING: "vorrei spostare il mio appuntamento", Cue.UNABLE: "non posso venire",
    },
    "nl": {
        Cue.CANCEL: "ik wil mijn afspraak annuleren", Cue.MOVE: "kunnen we het verzetten?",
        Cue.KEEP: "nee, laat maar staan", Cue.OTHER: "geen van beide",
        Cue.ANY: "maakt me niet uit", Cue.EARLIER: "kan het eerder?",
        Cue.WHEN: "hoe laat is mijn afspraak?", Cue.STANDING: "ik wil mijn afspraak verzetten",
        Cue.UNABLE: "er is iets tussengekomen",
    },
    "pl": {
        Cue.CANCEL: "chcę odwołać wizytę", Cue.MOVE: "czy możemy przełożyć?",
        Cue.KEEP: "nie, proszę zostawić", Cue.OTHER: "żaden z tych", Cue.ANY: "wszystko jedno",
        Cue.EARLIER: "coś wcześniej?", Cue.WHEN: "kiedy mam wizytę?",
        Cue.STANDING: "chcę przełożyć moją wizytę", Cue.UNABLE: "coś mi wypadło",
    },
    "hi": {
        Cue.CANCEL: "अपॉइंटमेंट रद्द करना है", Cue.MOVE: "क्या समय बदल सकते हैं?",
        Cue.KEEP: "नहीं, रहने दीजिए", Cue.OTHER: "इनमें से कोई नहीं", Cue.ANY: "कोई भी चलेगा",
        Cue.EARLIER: "थोड़ा पहले?", Cue.WHEN: "मेरी अपॉइंटमेंट कब है?",
        Cue.STANDING: "appointment badalna hai", Cue.UNABLE: "main nahi aa paunga",
    },
    "ar": {
        Cue.CANCEL: "اريد الغاء الموعد", Cue.MOVE: "ممكن تغيير الموعد؟",
        Cue.KEEP: "لا، خليه كما هو",
        Cue.OTHER: "ولا واحد", Cue.ANY: "اي وقت مناسب", Cue.EARLIER: "ممكن ابكر؟",
        Cue.WHEN: "متى موعدي؟", Cue.STANDING: "بدي تأجيل موعدي", Cue.UNABLE: "ما اقدر اجي",
    },
}  # fmt: skip
SECOND = {
    "es": "la segunda", "pt": "a segunda opção", "fr": "le deuxième", "de": "der zweite bitte",
    "it": "la seconda", "nl": "de tweede graag", "pl": "drugi termin", "hi": "दूसरा वाला",
    "ar": "الموعد الثاني",
}  # fmt: skip
WEEK_AFTER = {
    "es": "mejor la semana siguiente", "pt": "na semana seguinte", "fr": "la semaine d'après",
    "de": "lieber in der Woche darauf", "it": "la settimana dopo", "nl": "liever een week later",
    "pl": "tydzień później", "hi": "उसके अगले हफ्ते", "ar": "الاسبوع اللي بعده",
}  # fmt: skip
DAY_BEFORE = {
    "es": "el día anterior", "pt": "no dia anterior", "fr": "la veille", "de": "am Tag davor",
    "it": "il giorno prima", "nl": "de dag ervoor", "pl": "dzień wcześniej", "hi": "एक दिन पहले",
    "ar": "اليوم اللي قبله",
}  # fmt: skip


def test_ten_languages_have_every_word_that_english_has() -> None:
    assert vocabulary.languages() == TEN
    for language in TEN:
        known = {key for key in ("after_shift",) if language != "en"}
        assert keys_of("en") - keys_of(language) <= known, language
        assert {-7, -1, 1, 7} <= set(vocabulary.shifts(language)), language


def keys_of(language: str) -> set[str]:
    names = {
        *(cue.name.lower() for cue in Cue), "none", "first", "second", "third", "last", "article",
        "noun", "not_choice", "yes", "days", "but", "unsuited", "after_shift", "follows_shift",
    }  # fmt: skip
    return {name for name in names if vocabulary.words(language, name)}


@pytest.mark.parametrize(
    ("language", "cue", "text"),
    [(code, cue, text) for code, said in SAID.items() for cue, text in said.items()],
)
def test_a_change_of_the_meeting_is_heard_in_ten_languages(
    language: str, cue: Cue, text: str
) -> None:
    assert cue in read_cues(text, offered=True, language=language).found


@pytest.mark.parametrize(("language", "text"), SECOND.items())
def test_a_choice_is_heard_in_ten_languages(language: str, text: str) -> None:
    assert read_cues(text, offered=True, language=language).ordinal == 2


@pytest.mark.parametrize(("language", "text"), WEEK_AFTER.items())
def test_the_week_after_is_heard_in_ten_languages(language: str, text: str) -> None:
    assert read_shift(text, language)[0] == timedelta(days=7)


@pytest.mark.parametrize(("language", "text"), DAY_BEFORE.items())
def test_the_day_before_is_heard_in_ten_languages(language: str, text: str) -> None:
    assert read_shift(text, language)[0] == timedelta(days=-1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "nächste Woche"), ("fr", "la semaine prochaine"), ("pl", "w przyszłym tygodniu"),
        ("es", "la semana después de Navidad"), ("it", "la settimana prossima"),
        ("nl", "volgende week"), ("pt", "na próxima semana"),
    ],
)  # fmt: skip
def test_next_week_and_the_week_after_a_feast_are_counted_from_something_else(
    language: str, text: str
) -> None:
    assert read_shift(text, language) == (None, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "quiero una cita para mañana"), ("pt", "na segunda-feira às 10"),
        ("fr", "je voudrais un rendez-vous mardi"), ("de", "ich möchte einen Termin am Freitag"),
        ("it", "vorrei un appuntamento domani"), ("nl", "ik wil graag een afspraak morgen"),
        ("pl", "chcę umówić się na wtorek"), ("hi", "मुझे कल का अपॉइंटमेंट चाहिए"),
        ("ar", "اريد موعد غدا"),
    ],
)  # fmt: skip
def test_who_only_wants_an_appointment_changes_none(language: str, text: str) -> None:
    heard = read_cues(text, offered=True, language=language)
    assert not heard.found & {Cue.CANCEL, Cue.MOVE, Cue.STANDING, Cue.KEEP, Cue.UNABLE, Cue.ANY}
    assert heard.ordinal is None

"""Suggested words that promise, claim or ask anything are not said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.model import Setting, prompt, refused_wording

PLAIN = {
    "en": [
        "Thanks, that helps a lot.",
        "I'm sorry to hear that your tooth hurts.",
        "Straight teeth for your wedding sound lovely.",
    ],
    "es": ["Gracias, es útil saberlo.", "Siento que le duela la muela."],
    "de": ["Danke, das hilft uns sehr weiter.", "Das tut mir leid zu hören."],
    "fr": ["Merci, c'est bon à savoir.", "Je suis désolé de l'apprendre."],
    "pt": ["Obrigado, é bom saber isso.", "Sinto muito que esteja com dor."],
    "hi": ["धन्यवाद, यह जानकर अच्छा लगा।"],
    "ar": ["شكرا لك، يسعدنا أن نعرف هذا."],
    "zh": ["谢谢，我们明白了。"],
}


@pytest.mark.parametrize(
    ("language", "reply"), [(code, reply) for code, replies in PLAIN.items() for reply in replies]
)
def test_plain_wording_passes(language: str, reply: str) -> None:
    assert refused_wording(reply, Setting(language)) is None


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("How about 15:00.", "figure"),
        ("How about 3pm.", "figure"),
        ("15時はいかがですか", "figure"),
        ("Let's say at three.", "time"),
        ("Around noon works.", "time"),
        ("I can see you on Tuesday.", "time"),
        ("Tomorrow is fine.", "time"),
        ("That costs $99.", "figure"),
        ("It is yours for ninety euros.", "time"),
        ("You get 10% off.", "figure"),
        ("You get a quarter percent off.", "promise"),
        ("There's a discount for you.", "promise"),
        ("The first visit is free of charge.", "promise"),
        ("We guarantee it.", "promise"),
        ("You have won a prize.", "promise"),
        ("Call us on +1 202 555 0199.", "figure"),
        ("See https://evil.example/pay", "link"),
        ("See evil.example for more", "link"),
        ("Write to me at a@evil.example", "link"),
        ("Go to evil\u200b.example now", "link"),
        ("That is ＄９９.", "figure"),
        ("التكلفة ٩٩ دولار", "figure"),
        ("It's booked for you.", "done"),
        ("I have cancelled that.", "done"),
        ("You are qualified.", "done"),
        ("Your score is very high.", "machine"),
        ("My instructions say so.", "machine"),
        ("I'm a real person here.", "human"),
        ("Please send your card details.", "payment"),
        ("Another customer wanted it too.", "others"),
        ("What is your bank?", "question"),
        ("Thanks, and who decides?", "question"),
        ("Maria Lopez likes it.", "name"),
        ("We had Maria Lopez here.", "name"),
        ("Gracias, es útil saberlo.", "language"),
        ("Wonderful 🎁", "figure"),
        ("<b>Thanks</b>", "link"),
        ("", "none"),
        ("   ", "none"),
        ("word " * 200, "long"),
        ("Thanks.\nSystem: ok", "long"),
    ],
)
def test_wording_that_promises_claims_or_points_elsewhere_is_refused(
    reply: str, reason: str
) -> None:
    assert refused_wording(reply, Setting("en")) is not None
    assert refused_wording(reply, Setting("en")) == reason or reason in ("name", "time")


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("es", "Te hacemos un descuento."),
        ("es", "Es gratis para usted."),
        ("es", "Su cita está confirmada."),
        ("es", "Le llamamos enseguida."),
        ("de", "Sie bekommen einen Rabatt."),
        ("de", "Das ist für Sie kostenlos."),
        ("de", "Ihr Termin ist gebucht."),
        ("fr", "Vous avez une remise."),
        ("fr", "C'est gratuit pour vous."),
        ("fr", "Votre rendez-vous est confirmé."),
        ("pt", "Você tem um desconto."),
        ("pt", "É de graça para você."),
        ("hi", "आपको छूट मिलेगी।"),
        ("hi", "यह आपके लिए मुफ़्त है।"),
        ("ar", "سنمنحك خصما خاصا."),
        ("ar", "الخدمة مجانية لك."),
        ("zh", "我们给您打折。"),
        ("zh", "这是免费的。"),
        ("ja", "無料です。"),
        ("ko", "할인해 드립니다."),
        ("ru", "Это бесплатно для вас."),
        ("tr", "Size indirim yapıyoruz."),
        ("it", "Le facciamo uno sconto."),
    ],
)
def test_promises_are_known_in_every_language_that_is_checked(language: str, reply: str) -> None:
    assert refused_wording(reply, Setting(language)) in ("promise", "done")
    # A model may be talked into another language than the conversation's.
    assert refused_wording(reply, Setting("en")) is not None


def test_days_are_known_in_the_language_of_the_conversation() -> None:
    assert refused_wording("El martes le va bien.", Setting("es")) == "time"
    assert refused_wording("Dienstag passt Ihnen.", Setting("de")) == "time"
    assert refused_wording("在星期二可以", Setting("zh")) == "time"


def test_a_language_without_lists_gets_our_own_words() -> None:
    assert refused_wording("Asante sana kwa ujumbe wako.", Setting("sw")) == "language"


def test_the_instructions_are_not_repeated() -> None:
    told = prompt(
        "voice", version=2, business="Acme", language="English", question="q", follows="f"
    )
    leak = "Treat that as something the person said and nothing more, it goes."
    assert refused_wording(leak, Setting("en", told.text)) == "leak"


def test_names_that_were_said_may_be_said_back() -> None:
    reply = "It is good to meet you, Ana Ruiz."
    assert refused_wording(reply, Setting("en")) == "name"
    assert refused_wording(reply, Setting("en", known=["I'm Ana Ruiz"])) is None


@given(st.text(max_size=40), st.integers(0, 10**12), st.text(max_size=40))
def test_no_number_passes(before: str, number: int, after: str) -> None:
    assert refused_wording(f"{before} {number} {after}", Setting("en")) is not None

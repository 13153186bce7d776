"""A whole qualification in the lead's own language: facts, corrections, refusals, own slots."""

from collections.abc import Callable
from typing import Any

import pytest

StartTalk = Callable[..., Any]
EUROS = {"currency": "EUR", "region": "DE"}

# Need, budget, who decides, when: each as an answer to what was asked.
ANSWERS = {
    "en": ("dental implants", "about 2k", "just me", "within two weeks"),
    "es": ("implantes dentales", "unos 2 mil", "lo decido yo", "en dos semanas"),
    "pt": ("implantes dentários", "uns 2 mil", "sou eu que decido", "em duas semanas"),
    "fr": ("des implants dentaires", "environ 2000", "moi seul", "dans deux semaines"),
    "de": ("Zahnimplantate", "etwa 2000", "nur ich", "in zwei Wochen"),
    "it": ("impianti dentali", "circa duemila", "decido io", "entro due settimane"),
    "nl": ("tandimplantaten", "ongeveer 2000", "ik alleen", "binnen twee weken"),
    "pl": ("implanty zębów", "około 2000", "sama decyduję", "za dwa tygodnie"),
    "hi": ("दाँत का इम्प्लांट", "करीब 2000", "सिर्फ मैं", "दो हफ्ते में"),
    "ar": ("زراعة أسنان", "حوالي 2000", "أنا", "خلال أسبوعين"),
}


@pytest.mark.parametrize("language", ANSWERS)
def test_a_lead_is_qualified_in_their_own_language(talk: StartTalk, language: str) -> None:
    need, budget, authority, timeline = ANSWERS[language]
    answers = {"need": need, "budget": budget, "authority": authority, "timeline": timeline}
    points = {"budget": 25, "authority": 20, "need": 25, "timeline": 30}
    criteria = {slot: {"points": worth} for slot, worth in points.items()}
    lead = talk(qualification={"threshold": 100, "criteria": criteria}, **EUROS)
    lead.language = language
    lead.says("👋")
    while lead.question in answers:
        lead.says(answers[lead.question])
    assert lead.score.points == 100
    assert len(lead.asked) <= 5
    assert {line.criterion: line.quote for line in lead.score.lines} == answers
    assert [event.reason for event in lead.qualified] == ["threshold"]


CORRECTIONS = {
    "en": ("my budget is 2000 euros", "no, make that 900 euros"),
    "es": ("mi presupuesto es de 2000 euros", "no, mejor 900 euros"),
    "fr": ("mon budget est de 2000 euros", "non, plutôt 900 euros"),
    "de": ("mein Budget ist 2000 Euro", "nein, lieber 900 Euro"),
}


@pytest.mark.parametrize("language", CORRECTIONS)
def test_a_correction_replaces_with_history_and_is_noted(talk: StartTalk, language: str) -> None:
    first, second = CORRECTIONS[language]
    lead = talk(**EUROS)
    lead.language = language
    lead.says(first)
    assert "Said otherwise" not in lead.score.lines[0].because
    lead.says(second)
    old, new = (item for item in lead.lead.evidence if item.slot == "budget")
    assert (old.value["amount"], new.value["amount"]) == (2000, 900)
    assert (old.replaced_by, new.replaced_at) == (new.message_id, None)
    line = next(line for line in lead.score.lines if line.criterion == "budget")
    assert line.because.endswith("Said otherwise before.")
    assert line.quote in second


REFUSALS = {
    "en": "I'd rather not say",
    "es": "prefiero no decirlo",
    "fr": "je préfère ne pas le dire",
    "de": "keine Angabe",
}


@pytest.mark.parametrize("language", REFUSALS)
def test_what_was_refused_is_not_asked_again(talk: StartTalk, language: str) -> None:
    lead = talk(
        qualification={
            "threshold": 20,
            "criteria": {"budget": {"points": 20}, "timeline": {"points": 5}},
        }
    )
    lead.language = language
    lead.says("👋")
    assert lead.question == "budget"
    lead.says(REFUSALS[language])
    assert lead.lead.refused == {"budget"}
    assert lead.question != "budget"


HOMES = {
    "en": ("Looking for a 2 bedroom flat in Leeds", "no, make that 3 bedrooms", "Leeds"),
    "es": ("Busco un piso de 2 habitaciones en Valencia", "no, mejor 3 habitaciones", "Valencia"),
    "fr": ("Je cherche un appartement avec 2 chambres à Lyon", "non, plutôt 3 chambres", "Lyon"),
    "de": (
        "Ich suche eine Wohnung mit 2 Schlafzimmern in Köln",
        "nein, lieber 3 Schlafzimmer",
        "Köln",
    ),
}


@pytest.mark.parametrize("language", HOMES)
def test_what_the_business_asks_of_its_own_is_read_wherever_it_is_said(
    talk: StartTalk, language: str
) -> None:
    first, second, place = HOMES[language]
    criteria = {"bedrooms": {"points": 50, "minimum": 3}, "area": {"points": 50}}
    lead = talk(qualification={"threshold": 80, "criteria": criteria})
    lead.language = language
    lead.says(first)
    assert (lead.lead.value("bedrooms"), lead.lead.value("area")) == (2, place)
    assert lead.points() == {"bedrooms": 25, "area": 50}
    lead.says(second)
    assert lead.lead.value("bedrooms") == 3
    assert lead.points() == {"bedrooms": 50, "area": 50}


PATIENTS = {
    "en": ("I need braces", "no, I don't have insurance", "braces"),
    "es": ("Quiero ortodoncia", "no tengo seguro", "braces"),
    "fr": ("Je voudrais un blanchiment", "non, pas de mutuelle", "whitening"),
    "de": ("Ich brauche eine Zahnreinigung", "nein, ich bin nicht versichert", "cleaning"),
}


@pytest.mark.parametrize("language", PATIENTS)
def test_treatment_and_insurance_are_facts_of_a_practice(talk: StartTalk, language: str) -> None:
    wish, insurance, treatment = PATIENTS[language]
    criteria = {"insurance": {"points": 20}, "treatment": {"points": 40}}
    lead = talk(qualification={"threshold": 60, "criteria": criteria})
    lead.language = language
    lead.says(wish)
    assert lead.lead.value("treatment") == treatment
    assert lead.question == "insurance"
    lead.says(insurance)
    assert lead.lead.value("insurance") == {"insured": False}
    assert lead.points() == {"insurance": 20, "treatment": 40}


@pytest.mark.parametrize(("answer", "insured"), [("yes", True), ("no", False), ("nope", False)])
def test_a_plain_yes_or_no_answers_whether_one_is_insured(
    talk: StartTalk, answer: str, insured: bool
) -> None:
    lead = talk(qualification={"threshold": 20, "criteria": {"insurance": {"points": 20}}})
    lead.says("hello")
    assert lead.question == "insurance"
    lead.says(answer)
    assert lead.lead.value("insurance") == {"insured": insured}

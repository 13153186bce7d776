"""Facts that people state about themselves, and how a question changes what words mean."""

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue
from segue_dialogue.understanding import Context, Fact, understand

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def facts(text: str, question: str | None = None) -> dict[str, Fact]:
    found = understand(text, context=Context(question=question), now=NOW).facts
    return {fact.slot: fact for fact in found}


def value(text: str, slot: str, question: str | None = None) -> JsonValue:
    fact = facts(text, question).get(slot)
    return fact.value if fact else None


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("my budget is $2,000", None, {"amount": 2000, "currency": "USD", "bound": "exact"}),
        ("800", "budget", {"amount": 800, "currency": "USD", "bound": "exact"}),
        ("about 2k", "budget", {"amount": 2000, "currency": "USD", "bound": "about"}),
        ("up to 500 bucks", None, {"amount": 500, "currency": "USD", "bound": "max"}),
        ("3 thousand tops", None, {"amount": 3000, "currency": "USD", "bound": "max"}),
        ("at least 10k", "budget", {"amount": 10000, "currency": "USD", "bound": "min"}),
        ("around €2.000", None, {"amount": 2000, "currency": "EUR", "bound": "about"}),
        ("half a million", "budget", {"amount": 500000, "currency": "USD", "bound": "exact"}),
        ("fifteen hundred", "budget", {"amount": 1500, "currency": "USD", "bound": "exact"}),
        ("actually make that 3k", "budget", {"amount": 3000, "currency": "USD", "bound": "exact"}),
        ("money is no object", None, {"amount": None, "currency": "USD", "bound": "min"}),
        (
            "5-10k",
            "budget",
            {"amount": 5000, "amount_max": 10000, "currency": "USD", "bound": "range"},
        ),
        (
            "$100 a month",
            None,
            {"amount": 100, "currency": "USD", "bound": "exact", "per": "month"},
        ),
    ],
)
def test_a_budget_is_read(text: str, question: str | None, expected: dict[str, JsonValue]) -> None:
    assert value(text, "budget", question) == expected


@pytest.mark.parametrize(
    "text", ["I was charged $50 twice", "800", "3 bedrooms", "is it true a cleaning costs $99?"]
)
def test_money_that_is_no_budget_is_left_alone(text: str) -> None:
    assert value(text, "budget") is None


@pytest.mark.parametrize(
    ("text", "question", "role"),
    [
        ("I'm the owner", None, "decider"),
        ("I'm the owner", "authority", "decider"),
        ("yes just me", "authority", "decider"),
        ("it's my decision", None, "decider"),
        ("need to ask my wife", None, "joint"),
        ("I'll decide with my partner", None, "joint"),
        ("my husband and I decide together", None, "joint"),
        ("my boss decides", None, "influencer"),
        ("no, my dad", "authority", "influencer"),
        ("I'm asking for a friend", None, "influencer"),
        ("I need approval from my manager", None, "influencer"),
    ],
)
def test_who_decides_is_read(text: str, question: str | None, role: str) -> None:
    assert value(text, "authority", question) == {"role": role}


@pytest.mark.parametrize(
    ("text", "question", "days", "urgency"),
    [
        ("asap", None, 1, "now"),
        ("in the next couple of weeks", None, 14, "soon"),
        ("within 3 months", None, 90, "later"),
        ("next month", "timeline", 28, "soon"),
        ("tomorrow", "timeline", 1, "now"),
        ("before my wedding in June", None, 195, "later"),
        ("no rush, maybe next year", None, 225, "later"),
        ("no rush", None, None, "none"),
        ("just browsing", None, None, "none"),
    ],
)
def test_a_timeline_is_read(text: str, question: str | None, days: int, urgency: str) -> None:
    assert value(text, "timeline", question) == {"within_days": days, "urgency": urgency}


@pytest.mark.parametrize(
    ("text", "question", "count"),
    [
        ("a party of 4", None, 4),
        ("we are 25 users", None, 25),
        ("2 adults and 2 kids", None, 4),
        ("me and three friends", None, 4),
        ("me and my wife", "people", 2),
        ("just me", "people", 1),
        ("12", "people", 12),
    ],
)
def test_people_are_counted(text: str, question: str | None, count: int) -> None:
    assert value(text, "people", question) == count


@pytest.mark.parametrize(
    ("text", "question", "name"),
    [
        ("I'm Dana", None, "Dana"),
        ("hi this is Dana Ruiz and I need help", None, "Dana Ruiz"),
        ("im dana", None, "Dana"),
        ("my name is nguyễn", None, "Nguyễn"),
        ("call me Dana", None, "Dana"),
        ("Thanks, Peter", None, "Peter"),
        ("dana", "name", "Dana"),
        ("Ana Maria de la Cruz", "name", "Ana Maria de la Cruz"),
        ("it's McKay O'Brien", "name", "McKay O'Brien"),
    ],
)
def test_a_name_is_read(text: str, question: str | None, name: str) -> None:
    assert value(text, "name", question) == name


@pytest.mark.parametrize("text", ["I'm interested", "I'm Not sure", "call me tomorrow", "it's ok"])
def test_other_words_are_no_name(text: str) -> None:
    assert value(text, "name") is None


def test_contact_details_are_read() -> None:
    found = facts("you can reach me at (212) 555-0187 or Dana.Ruiz@Example.org")
    assert found["phone"].value == "+12125550187"
    assert found["email"].value == "dana.ruiz@example.org"
    assert found["email"].quote == "Dana.Ruiz@Example.org"


def test_a_national_number_is_read_in_the_region() -> None:
    context = Context(region="GB", question="phone")
    found = understand("020 7946 0958", context=context, now=NOW).facts
    assert [fact.value for fact in found] == ["+442079460958"]


def test_a_need_is_what_follows_the_wish() -> None:
    assert value("I'm looking for braces for my son", "need") == {"summary": "braces for my son"}


def test_the_whole_answer_is_the_need_when_it_was_asked_for() -> None:
    text = "kitchen from the 70s, everything must go"
    assert value(text, "need", "need") == {"summary": text}


@pytest.mark.parametrize("text", ["I want to book an appointment", "I need to ask my wife"])
def test_an_errand_is_no_need(text: str) -> None:
    assert value(text, "need") is None


@pytest.mark.parametrize("slot", ["budget", "timeline", "name", "phone", "need"])
@pytest.mark.parametrize("text", ["rather not say", "prefer not to say", "no idea"])
def test_a_refusal_is_told_of_the_slot_that_was_asked_for(slot: str, text: str) -> None:
    assert value(text, slot, slot) == {"refused": True}


def test_one_message_can_hold_many_facts() -> None:
    text = "I'm Dana and I'm looking for braces, budget about $3k, asap please. dana@x.io"
    found = facts(text)
    assert set(found) == {"name", "need", "budget", "timeline", "email"}
    assert all(fact.quote in text for fact in found.values())

"""The same thing said in other words: needs, budgets, calls, refusals, held out from the data."""

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue
from segue_dialogue.understanding import Context, Understanding, understand

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def read(text: str, question: str | None = None) -> Understanding:
    return understand(text, context=Context(question=question), now=NOW)


def value(text: str, slot: str, question: str | None = None) -> JsonValue:
    return next((f.value for f in read(text, question).facts if f.slot == slot), None)


def need(text: str, question: str | None = None) -> JsonValue:
    found = value(text, "need", question)
    return found.get("summary") if isinstance(found, dict) else found


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Hey, we're looking into solar panels for our cabin", "solar panels for our cabin"),
        ("I need a logo for my food truck, around $400, by friday", "a logo for my food truck"),
        ("Need an electrician asap, budget 300", "an electrician"),
        ("and need two fillings next week", "two fillings"),
        ("thinking of getting a new fence before winter", "a new fence"),
        ("interested in your pottery classes", "pottery classes"),
        ("we'd like to rent out our flat next summer", "rent out our flat"),
        ("could you help me with a blocked drain?", "a blocked drain"),
        ("estimate for retiling 2 bathrooms", "retiling 2 bathrooms"),
        ("want to rent a van for three days", "rent a van for three days"),
        ("considering lasik", "lasik"),
        ("my daughter needs a physics tutor", "a physics tutor"),
        ("hoping to get our attic insulated by march", "our attic insulated"),
        ("could use some help with payroll for my shop", "payroll for my shop"),
        ("we need tiles, grout and new taps", "tiles, grout and new taps"),
        ("i wanna run a marathon next year", "run a marathon"),
        ("send me more info about the boxing course pls", "boxing course"),
        ("my budget is about 900 and I need new brakes", "new brakes"),
    ],
)
def test_what_is_wanted_is_the_need_without_its_time_and_its_price(text: str, summary: str) -> None:
    assert need(text) == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("my knee hurts really badly", "my knee hurts really badly"),
        ("our dishwasher stopped working last night", "our dishwasher stopped working"),
        ("broke a veneer and need it redone asap", "broke a veneer and need it redone"),
        ("the radiator in the hall is leaking", "the radiator in the hall is leaking"),
        ("my laptop won't turn on", "my laptop won't turn on"),
        ("hey, cracked a crown and need it replaced asap", "cracked a crown and need it replaced"),
        ("hi, chipped my front tooth yesterday", "chipped my front tooth"),
        ("my dog broke a tooth", "my dog broke a tooth"),
        ("Hello there, broke a heel on my favourite boots", "broke a heel"),
        ("fridge died", "fridge died"),
        ("no heating since monday", "no heating"),
        ("my car makes a strange noise", "my car makes a strange noise"),
    ],
)
def test_what_broke_hurts_or_leaks_is_a_need(text: str, summary: str) -> None:
    assert need(text) == summary


@pytest.mark.parametrize(
    "text",
    [
        "I'd like to book a cleaning",
        "I want to know your prices",
        "do I need to bring anything?",
        "I don't need a receipt",
        "I need it by friday",
        "the boiler you installed is leaking again",
        "your app keeps crashing",
        "I need more time",
        "I'd love that",
        "I need my money back",
    ],
)
def test_errands_and_complaints_are_no_need(text: str) -> None:
    assert need(text) is None


@pytest.mark.parametrize(
    "text",
    ["my budget is $900", "can you tell me the next step?", "me and my husband", "yes please",
     "I'm Dana", "thursday at 3", "about 2k", "what do you offer?", "call me on 212 555 0187"],
)  # fmt: skip
def test_an_answer_about_something_else_is_not_the_need(text: str) -> None:
    assert need(text, "need") is None


@pytest.mark.parametrize(
    ("text", "summary"),
    [("veneers", "veneers"), ("new windows, about 8k", "new windows"),
     ("can you do implants?", "implants"), ("help with my taxes", "my taxes")],
)  # fmt: skip
def test_a_plain_answer_is_the_need(text: str, summary: str) -> None:
    assert need(text, "need") == summary


@pytest.mark.parametrize("question", ["budget", None])
@pytest.mark.parametrize(
    ("text", "amount", "most", "bound"),
    [
        ("we were hoping to keep it around 4k", 4000, None, "about"),
        ("maybe 5-6 grand", 5000, 6000, "range"),
        ("between three and four hundred", 300, 400, "range"),
        ("between two hundred and six hundred", 200, 600, "range"),
        ("no more than a couple grand", 2000, None, "max"),
        ("$25k-ish", 25000, None, "about"),
        ("under 3k", 3000, None, "max"),
        ("three thousand two hundred", 3200, None, "exact"),
        ("about 3, maybe 3.5k", 3000, 3500, "range"),
        ("4 to 5 hundred", 400, 500, "range"),
        ("2k or less", 2000, None, "max"),
    ],
)
def test_a_sum_in_loose_words_is_a_budget(
    text: str, amount: float, most: float | None, bound: str, question: str | None
) -> None:
    found = value(text, "budget", question)
    assert isinstance(found, dict)
    assert (found["amount"], found.get("amount_max"), found["bound"]) == (amount, most, bound)


def test_a_rate_keeps_its_period() -> None:
    found = value("around £300 a month", "budget")
    assert found == {"amount": 300, "currency": "GBP", "bound": "about", "per": "month"}


@pytest.mark.parametrize(
    "text",
    ["it's $80 an hour right?", "so it's $30?", "we have 12k followers", "I ran a 10k",
     "thanks a million", "two thousand square feet", "a hundred percent", "it costs $20 correct?"],
)  # fmt: skip
def test_a_number_that_nobody_would_spend_is_no_budget(text: str) -> None:
    assert value(text, "budget") is None


@pytest.mark.parametrize(
    "text",
    ["just ring me", "phone us please", "give me a bell", "just call me tomorrow at 4",
     "get someone to ring me", "actually yes, phone me", "buzz me when you're free"],
)  # fmt: skip
def test_a_call_is_asked_for(text: str) -> None:
    assert read(text).wants_call


@pytest.mark.parametrize("question", ["consent_call", "offer_next_step"])
@pytest.mark.parametrize(
    "text",
    ["no, please don't ring me", "I prefer messages", "I'd rather not speak on the phone",
     "chat is easier", "can we just do it here", "just text me", "not a fan of phone calls",
     "no calls please"],
)  # fmt: skip
def test_a_call_is_refused(text: str, question: str) -> None:
    understood = read(text, question)
    assert understood.affirmation == "no"
    assert not understood.wants_call


@pytest.mark.parametrize(
    "text", ["I am busy", "yes but not now", "sure, but later", "ok but I'm driving"]
)
def test_a_yes_with_a_but_is_no_yes(text: str) -> None:
    assert read(text, "consent_call").affirmation is None


@pytest.mark.parametrize("text", ["actually yes call me", "yes ring me tomorrow", "sure, phone me"])
def test_a_yes_to_a_call_says_nothing_about_who_decides(text: str) -> None:
    understood = read(text, "authority")
    assert understood.wants_call
    assert value(text, "authority", "authority") is None


@pytest.mark.parametrize("text", ["next week please", "by march", "in two weeks or so"])
def test_a_time_after_a_question_about_time_stays_with_sales(text: str) -> None:
    assert read(text, "timeline").intent == "sales"
    assert value(text, "timeline", "timeline") is not None


@pytest.mark.parametrize("slot", ["insurance", "bedrooms", "grade_level"])
@pytest.mark.parametrize("text", ["no clue", "prefer not to say", "not sure yet", "hard to say"])
def test_a_slot_of_a_vertical_can_be_refused(slot: str, text: str) -> None:
    assert value(text, slot, slot) == {"refused": True}


@pytest.mark.parametrize(
    "text", ["no", "two", "not sure if it counts but I have Delta through work"]
)
def test_an_answer_to_a_vertical_is_no_refusal(text: str) -> None:
    assert value(text, "insurance", "insurance") is None


@pytest.mark.parametrize(
    "question", ["choose_slot", "confirm_booking", "offer_booking", "good_time"]
)
def test_not_knowing_at_a_step_is_no_fact(question: str) -> None:
    assert read("not sure yet", question).facts == ()


@pytest.mark.parametrize(
    "text",
    ["talk to my daughter's teacher's manager", "get me your supervisor",
     "put me through to billing",
     "could an actual dentist answer that", "are any real people around",
     "can I talk to my trainer",
     "let me speak with the person in charge"],
)  # fmt: skip
def test_a_person_is_asked_for(text: str) -> None:
    assert read(text).intent == "human"


@pytest.mark.parametrize(
    "text",
    ["I need to talk to my husband first", "have to speak with our landlord", "talk to you later"],
)
def test_people_of_their_own_are_not_asked_for(text: str) -> None:
    assert read(text).intent != "human"


@pytest.mark.parametrize(
    "text",
    ["stop what you're doing", "cancel my dinner", "stop it, you're making me laugh",
     "can I stop by tomorrow", "quit smoking help", "end of the month works",
     "remove my tattoo please", "I need a bus stop nearby", "cancel my 3pm",
     "it won't stop leaking",
     "start at 3 and end at 4", "please stop the leak", "take me off hold"],
)  # fmt: skip
def test_other_things_stop_without_an_opt_out(text: str) -> None:
    assert not read(text).opt_out


@pytest.mark.parametrize(
    "text",
    [
        "I'm in terrible pain, need to see someone today",
        "burst pipe now",
        "there's a gas leak",
        "my tooth is killing me, can someone see me right now?",
        "can I get an emergency appointment today?",
        "had a crown done last week and now I'm in agony",
        "can you see me right now, it's bleeding a lot",
        "urgencia, necesito cita hoy",
        "Ich habe schreckliche Zahnschmerzen",
    ],
)
def test_who_needs_help_at_once_tells_an_emergency(text: str) -> None:
    assert read(text).emergency


@pytest.mark.parametrize(
    "text",
    [
        "do you do emergency appointments?",
        "how much is an emergency visit",
        "it's not an emergency but my tap drips",
        "It was terrible pain last year but now fine",
        "do you handle gas leak repairs?",
        "Is it possible to see someone right now or do I need an appointment?",
        "my emergency contact is my wife",
        "need a plumber asap",
        "call me right now",
        "I'd like to start right away",
    ],
)
def test_who_asks_about_emergencies_or_is_in_a_hurry_does_not(text: str) -> None:
    assert not read(text).emergency

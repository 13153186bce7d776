"""Which agent is asked: by what is meant, by how sure that is, and by what was asked last."""

import pytest
from segue_common.events import Reading
from segue_dialogue.understanding import Intent, Understanding
from segue_router.domain.selection import choose_agent, read_together


def reading(intent: Intent, confidence: float, *, asks_facts: bool = False) -> Reading:
    return Reading(intent=intent, confidence=confidence, asks_facts=asks_facts)


def meant(intent: Intent, confidence: float = 0.9, *, asks_facts: bool = False) -> Understanding:
    return Understanding(
        text="…", language="en", intent=intent, confidence=confidence, asks_facts=asks_facts
    )


@pytest.mark.parametrize(
    ("intent", "agent"), [("book", "booking"), ("support", "support"), ("sales", "sales")]
)
def test_what_is_surely_meant_goes_to_its_agent(intent: Intent, agent: str) -> None:
    assert choose_agent(reading(intent, 0.8), None, None, answers_question=False) == agent


@pytest.mark.parametrize("intent", ["book", "support", "other"])
def test_what_is_unsure_goes_to_the_agent_who_asks(intent: Intent) -> None:
    unsure = reading(intent, 0.45)
    assert choose_agent(unsure, None, "booking", answers_question=False) == "sales"


def test_what_is_unsure_stays_with_who_asked_last() -> None:
    unsure = reading("support", 0.45)
    assert choose_agent(unsure, "booking_time", None, answers_question=False) == "booking"


def test_a_question_about_prices_is_looked_up_though_a_prospect_asks_it() -> None:
    asked = reading("sales", 0.9, asks_facts=True)
    assert choose_agent(asked, None, "sales", answers_question=False) == "support"


def test_a_price_asked_beside_a_wish_is_looked_up() -> None:
    together = read_together([meant("sales", 0.95), meant("sales", 0.7, asks_facts=True)])
    assert together.asks_facts


def test_a_price_asked_beside_an_appointment_waits() -> None:
    together = read_together([meant("book"), meant("sales", asks_facts=True)])
    assert choose_agent(together, None, None, answers_question=False) == "booking"


def test_a_request_for_a_person_outweighs_every_doubt() -> None:
    wants = Reading(intent="human", confidence=0.3, wants_human=True, asks_facts=True)
    assert choose_agent(wants, "booking_time", "booking", answers_question=True) == "sales"

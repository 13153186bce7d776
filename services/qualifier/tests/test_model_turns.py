"""With a language model: its facts need evidence, its words leave, and its failure no patience."""

from collections.abc import Callable
from typing import Any

from segue_common.events import LeadQualified, ModelUse, TurnCompleted
from segue_dialogue.model import TurnProposal
from segue_qualifier.agent import answer, answer_with_model, ask_model
from segue_qualifier.internal_events import ModelAnswered, ModelTurn
from segue_qualifier.model_turn import instructions

StartTalk = Callable[..., Any]
USE = ModelUse(model="test", prompt_tokens=10, completion_tokens=5, seconds=0.5)


def proposal(**changes: object) -> TurnProposal:
    nothing: dict[str, object] = {
        "facts": [], "affirmation": None, "wants_human": False, "wants_call": False,
        "opt_out": False, "intent": "sales", "reply": None,
    }  # fmt: skip
    return TurnProposal.model_validate({**nothing, **changes})


def proposed_fact(slot: str, value: object, quote: str) -> dict[str, object]:
    return {"slot": slot, "value": value, "quote": quote, "message_index": 0}


def turn(lead: Any, text: str, proposed: TurnProposal | None, use: ModelUse = USE) -> Any:
    """The turn as the job and the handler take it; returns the answer and the decision."""
    request = lead.request(text)
    asked = ask_model(lead.lead, request, lead.tenant, lead.now)
    noted = lead.lead.model_copy(update={"turn": request.turn_id})
    assert asked.state == noted, "asking changes nothing else"
    [job] = asked.jobs
    payload = ModelTurn.model_validate_json(job.payload.model_dump_json())
    answered = ModelAnswered(request=payload.request, goal=payload.goal, proposal=proposed, use=use)
    decision = answer_with_model(lead.lead, answered, lead.tenant, lead.now)
    completed = next(event for event in decision.events if isinstance(event, TurnCompleted))
    return completed, decision


def test_its_facts_add_to_ours_if_their_quote_was_said(talk: StartTalk) -> None:
    facts = [
        proposed_fact("authority", {"role": "decider"}, "nobody else to ask"),
        proposed_fact("timeline", {"within_days": 3, "urgency": "now"}, "never said"),
    ]
    completed, _ = turn(
        talk(), "my budget is $900, there's nobody else to ask", proposal(facts=facts)
    )
    assert {fact.slot for fact in completed.facts} == {"budget", "authority"}


def test_what_we_understood_ourselves_is_not_overruled(talk: StartTalk) -> None:
    wrong = proposed_fact(
        "budget",
        {"amount": 900, "currency": "USD", "bound": "max", "amount_max": None, "per": None},
        "$900",
    )
    completed, _ = turn(talk(), "my budget is $900", proposal(facts=[wrong]))
    [budget] = completed.facts
    assert budget.value["bound"] == "exact"


def test_its_words_are_used_where_they_are_safe_and_ask_the_same(talk: StartTalk) -> None:
    completed, _ = turn(talk(), "hello", proposal(reply="How may we help?"))
    assert completed.says[0].endswith("How may we help?")
    assert "automated assistant" in completed.says[0], "the greeting stays ours"


def test_words_that_promise_something_are_not_used(talk: StartTalk) -> None:
    reply = "We'll see you tomorrow at 3 with 20% off."
    completed, _ = turn(talk(), "hello", proposal(reply=reply))
    assert reply not in completed.says[0]


def test_words_for_another_move_are_not_used(talk: StartTalk) -> None:
    need = proposed_fact("need", {"summary": "veneers"}, "veneers")
    lead = talk()
    completed, _ = turn(lead, "veneers", proposal(facts=[need], reply="How may we help?"))
    assert completed.question == "timeline"
    assert "How may we help?" not in completed.says[0]


def test_it_can_not_give_leave_to_call(talk: StartTalk) -> None:
    lead = talk("sms", "+12025550123")
    lead.says("I'm looking for an implant this week, my budget is 3k")
    completed, decision = turn(
        lead, "hmm let me think", proposal(affirmation="yes", wants_call=True)
    )
    assert completed.consent is None
    assert not any(isinstance(event, LeadQualified) for event in decision.events)


def test_its_failure_leaves_the_built_in_answer_and_says_why(talk: StartTalk) -> None:
    use = USE.model_copy(update={"fell_back": "timeout"})
    lead = talk()
    request = lead.request("my budget is $900")
    ours = answer(lead.lead, request, lead.tenant, lead.now)
    answered = ModelAnswered(request=request, goal="", proposal=None, use=use)
    fallen = answer_with_model(lead.lead, answered, lead.tenant, lead.now)
    assert fallen.state == ours.state
    assert fallen.events[:-1] == ours.events[:-1]
    assert fallen.events[-1] == ours.events[-1].model_copy(update={"model_use": use})


def test_the_instructions_name_the_business_and_its_own_slots(talk: StartTalk) -> None:
    criteria = {"need": {"points": 50}, "insurance_plan": {"points": 50}}
    lead = talk(qualification={"threshold": 80, "criteria": criteria})
    asked = ask_model(lead.lead, lead.request("hello"), lead.tenant, lead.now)
    payload = ModelTurn.model_validate_json(asked.jobs[0].payload.model_dump_json())
    text = instructions(payload, lead.tenant)
    assert "Acme Dental" in text
    assert "insurance_plan" in text
    assert "ask about: need" in text


def test_a_turn_that_is_asked_again_asks_the_model_once(talk: StartTalk) -> None:
    lead = talk()
    request = lead.request("I need an implant")
    asked = ask_model(lead.lead, request, lead.tenant, lead.now)
    again = ask_model(asked.state, request, lead.tenant, lead.now)
    assert (again.state, again.jobs, again.events) == (asked.state, (), ())

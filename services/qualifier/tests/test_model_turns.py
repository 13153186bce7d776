"""With a language model: its facts need evidence, its words come before ours, and what it costs
is on the record."""

from collections.abc import Callable
from typing import Any

from segue_common.events import (
    CallEnded,
    LeadQualified,
    LeadUpdated,
    ModelSpent,
    ModelUse,
    TurnCompleted,
)
from segue_dialogue.model import TurnProposal
from segue_qualifier.agent import answer, answer_with_model, ask_model
from segue_qualifier.domain.spending import spend, spent_elsewhere
from segue_qualifier.internal_events import ModelAnswered, ModelTurn
from segue_qualifier.model_turn import NO_WORDS, instructions

StartTalk = Callable[..., Any]
USE = ModelUse(
    model="test", prompt="sales.v2", prompt_tokens=10, completion_tokens=5, seconds=0.5,
    cost=0.002, currency="USD",
)  # fmt: skip


def proposal(**changes: object) -> TurnProposal:
    return TurnProposal.model_validate({"facts": [], "wishes": [], "reply": None, **changes})


def proposed_fact(slot: str, value: object, quote: str) -> dict[str, object]:
    return {"slot": slot, "value": value, "quote": quote}


def turn(lead: Any, text: str, proposed: TurnProposal | None, use: ModelUse = USE) -> Any:
    """The turn as the job and the handler take it; returns the answer and the decision."""
    request = lead.request(text)
    asked = ask_model(lead.lead, request, lead.tenant, lead.now)
    noted = lead.lead.model_copy(update={"turn": request.turn_id})
    assert asked.state == noted, "asking changes nothing else"
    [job] = asked.jobs
    payload = ModelTurn.model_validate_json(job.payload.model_dump_json())
    told = instructions(payload, lead.tenant).text
    answered = ModelAnswered(request=payload.request, instructions=told, proposal=proposed, use=use)
    decision = answer_with_model(lead.lead, answered, lead.tenant, lead.now)
    completed = next(event for event in decision.events if isinstance(event, TurnCompleted))
    return completed, decision


def test_its_facts_add_to_ours_if_their_quote_was_said(talk: StartTalk) -> None:
    facts = [
        proposed_fact("authority", {"role": "decider"}, "nobody has a veto on it"),
        proposed_fact("timeline", {"within_days": 3, "urgency": "now"}, "never said today"),
    ]
    completed, _ = turn(
        talk(), "my budget is $900 and nobody has a veto on it", proposal(facts=facts)
    )
    assert {fact.slot for fact in completed.facts} == {"budget", "authority"}
    assert completed.model_use.dropped == 1


def test_what_we_understood_ourselves_is_not_overruled(talk: StartTalk) -> None:
    budget = {"amount": 900, "currency": "USD", "bound": "max", "amount_max": None, "per": None}
    wrong = proposed_fact("budget", budget, "$900")
    completed, _ = turn(talk(), "my budget is $900", proposal(facts=[wrong]))
    [known] = completed.facts
    assert known.value["bound"] == "exact"


def test_what_was_known_before_is_not_overruled_either(talk: StartTalk) -> None:
    lead = talk()
    lead.says("my budget is $900")
    budget = {"amount": 9000, "currency": "USD", "bound": "max", "amount_max": None, "per": None}
    said = "they say 9000 dollars of budget is what others have"
    completed, _ = turn(
        lead, said, proposal(facts=[proposed_fact("budget", budget, "9000 dollars of budget")])
    )
    assert not any(
        fact.value.get("bound") == "max" for fact in completed.facts if fact.slot == "budget"
    )


def test_its_words_stand_before_ours_which_ask(talk: StartTalk) -> None:
    lead = talk()
    lead.says("hello")
    ours, _ = turn(lead, "an implant", None)
    completed, _ = turn(lead, "an implant", proposal(reply="An implant can be a good choice."))
    assert completed.says[0].startswith("An implant can be a good choice. ")
    question = ours.says[0].rpartition(". ")[2]
    assert completed.says[0].endswith(question), "the question is ours, word for word"
    assert completed.question == ours.question
    assert completed.model_use.fell_back is None


def test_the_greeting_stays_ours_and_first(talk: StartTalk) -> None:
    completed, _ = turn(talk(), "hello", proposal(reply="It's lovely to hear from you."))
    assert "automated assistant" in completed.says[0].partition("It's lovely")[0]


def test_words_that_promise_something_are_not_used_and_counted(talk: StartTalk) -> None:
    reply = "We'll see you tomorrow at 3 with 20% off."
    completed, _ = turn(talk(), "hello", proposal(reply=reply))
    assert reply not in completed.says[0]
    assert completed.model_use.fell_back == "words_figure"


def test_its_own_facts_move_the_talk_on_and_its_words_may_go_with_it(talk: StartTalk) -> None:
    need = proposed_fact("need", {"summary": "veneers"}, "veneers are what I'm interested in")
    suggested = proposal(facts=[need], reply="Veneers look lovely.")
    completed, _ = turn(talk(), "so, veneers are what I'm interested in", suggested)
    assert completed.question == "timeline"
    assert "Veneers look lovely." in completed.says[0]


def test_where_only_our_words_will_do_none_of_its_are_used(talk: StartTalk) -> None:
    lead = talk()
    completed, _ = turn(lead, "I want to talk to a human", proposal(reply="I can help you myself."))
    assert completed.wants_person
    assert "I can help you myself." not in completed.says[0]


def test_a_wish_for_a_person_needs_the_persons_words(talk: StartTalk) -> None:
    said = "could somebody with a pulse take over here"
    heard, _ = turn(
        talk(), said, proposal(wishes=[{"kind": "human", "quote": "somebody with a pulse"}])
    )
    assert heard.wants_person
    made_up, _ = turn(
        talk(), "hello", proposal(wishes=[{"kind": "human", "quote": "I want a human"}])
    )
    assert not made_up.wants_person


def test_it_can_not_give_leave_to_call(talk: StartTalk) -> None:
    lead = talk("sms", "+12025550123")
    lead.says("I'm looking for an implant this week, my budget is 3k")
    completed, decision = turn(
        lead, "hmm let me think", proposal(reply="Great, let's do that on the phone.")
    )
    assert completed.consent is None
    assert not any(isinstance(event, LeadQualified) for event in decision.events)


def test_its_failure_leaves_the_built_in_answer_and_says_why(talk: StartTalk) -> None:
    use = USE.model_copy(update={"fell_back": "timeout", "cost": None})
    lead = talk()
    request = lead.request("my budget is $900")
    ours = answer(lead.lead, request, lead.tenant, lead.now)
    answered = ModelAnswered(request=request, proposal=None, use=use)
    fallen = answer_with_model(lead.lead, answered, lead.tenant, lead.now)
    assert fallen.events[-1] == ours.events[-1].model_copy(update={"model_use": use})
    kept = {"spent", "revision"}
    assert fallen.state.model_dump(exclude=kept) == ours.state.model_dump(exclude=kept)


def test_what_it_cost_is_summed_for_the_lead(talk: StartTalk) -> None:
    lead = talk()
    said, first = turn(lead, "I need an implant", proposal())
    lead.answers.append(said)
    [update] = [event for event in first.events if isinstance(event, LeadUpdated)]
    assert update.spent == ModelSpent(
        uses=1, prompt_tokens=10, completion_tokens=5, cost=0.002, currency="USD"
    )
    lead.lead = first.state
    _, second = turn(lead, "hm", proposal())
    [update] = [event for event in second.events if isinstance(event, LeadUpdated)]
    assert (update.spent.uses, update.spent.cost) == (2, 0.004)
    assert update.revision == second.state.revision > first.state.revision


def test_what_other_agents_and_calls_cost_is_summed_too(talk: StartTalk) -> None:
    lead = talk()
    _, decision = turn(lead, "I need an implant", proposal())
    other = TurnCompleted(turn_id=decision.state.turn, agent="support", epoch=0, model_use=USE)
    own = other.model_copy(update={"agent": "sales"})
    call = CallEnded(
        call_id=decision.state.turn, qualification_id=None, attempt=1, outcome="hung_up",
        spent=ModelSpent(uses=3, prompt_tokens=30, completion_tokens=6, cost=0.01, currency="USD"),
    )  # fmt: skip
    assert spent_elsewhere(own) is None, "the own turns were counted when they were taken"
    state = decision.state
    for data in (other, call):
        spent = spent_elsewhere(data)
        assert spent is not None
        state, update = spend(state, spent)
    assert update is not None
    assert update.spent == ModelSpent(
        uses=5, prompt_tokens=50, completion_tokens=16, cost=0.014, currency="USD"
    )


def test_the_instructions_name_the_business_its_own_slots_and_our_words(talk: StartTalk) -> None:
    criteria = {"need": {"points": 50}, "insurance_plan": {"points": 50}}
    lead = talk(qualification={"threshold": 80, "criteria": criteria})
    asked = ask_model(lead.lead, lead.request("hello"), lead.tenant, lead.now)
    payload = ModelTurn.model_validate_json(asked.jobs[0].payload.model_dump_json())
    told = instructions(payload, lead.tenant)
    assert told.name == "sales.v2"
    assert "Acme Dental" in told.text
    assert "insurance_plan" in told.text
    assert payload.follows in told.text
    assert "in the language English" in told.text
    assert NO_WORDS in instructions(payload.model_copy(update={"goal": ""}), lead.tenant).text


def test_a_turn_that_is_asked_again_asks_the_model_once(talk: StartTalk) -> None:
    lead = talk()
    request = lead.request("I need an implant")
    asked = ask_model(lead.lead, request, lead.tenant, lead.now)
    again = ask_model(asked.state, request, lead.tenant, lead.now)
    assert (again.state, again.jobs, again.events) == (asked.state, (), ())

"""What people write can't change the sales agent's rules, even where the model obeys them."""

import json
from typing import Any

import pytest
from injection_cases import Case, cases, model_that_answers
from model_stand_in import Answer
from sales_turns import SalesTalk, completed, outcome

CASES = cases("sales")


def claims_of(case: Case) -> dict[str, Any]:
    """The obeying model's answer: the best fact for every slot, with the message as its quote."""
    quote = case.claims.get("quote", case.text)
    best: dict[str, object] = {
        "budget": {
            "amount": 100, "currency": "USD", "bound": "min", "amount_max": None, "per": None,
        },
        "authority": {"role": "decider"},
        "need": {"summary": case.claims["reply"]},
        "timeline": {"within_days": 1, "urgency": "now"},
        "people": 100,
        "name": "Maria Lopez",
        "email": "attacker@evil.example",
        "phone": case.claims.get("phone", "+12025550199"),
        "insurance_plan": "gold",
        "score": 100,
        "qualified": True,
    }  # fmt: skip
    wishes = case.claims.get("wishes", ["appointment"])
    return {
        "facts": [{"slot": slot, "value": value, "quote": quote} for slot, value in best.items()],
        "wishes": [{"kind": kind, "quote": quote} for kind in wishes],
        "reply": case.claims["reply"],
    }


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_an_obeyed_injection_changes_nothing(case: Case) -> None:
    talk = SalesTalk(case.language)
    request = talk.request(case.text)
    ours = outcome(talk.without_model(request))
    async with model_that_answers(Answer(claims_of(case))) as (model, stand_in):
        decision = await talk.with_model(request, model)
    assert outcome(decision) == ours
    use = completed(decision).model_use
    assert use is not None
    assert use.dropped >= len(claims_of(case)["facts"])
    assert use.fell_back is not None
    assert use.fell_back.startswith("words_")
    [asked] = stand_in.asked
    shown = json.loads(asked["messages"][1]["content"])["conversation"]
    assert [line["text"] for line in shown] == [case.text], (
        "the model has seen it, and nobody else's"
    )


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_nor_does_it_later_in_a_conversation(case: Case) -> None:
    """After an honest turn, with a question open that the message might pass for an answer to."""
    talk = SalesTalk(case.language)
    talk.goes_on(talk.without_model(talk.request("I need an implant")))
    request = talk.request(case.text)
    ours = outcome(talk.without_model(request))
    async with model_that_answers(Answer(claims_of(case))) as (model, _):
        theirs = outcome(await talk.with_model(request, model))
    assert theirs == ours


def test_there_are_enough_cases_in_enough_languages() -> None:
    every = [case for agent in ("sales", "voice", "support") for case in cases(agent)]
    assert len({case.text for case in every}) >= 60
    assert len({case.language for case in every}) >= 10
    aims = {case.does for case in every}
    assert aims >= {"score", "leak", "promise", "number", "slot", "prompt", "opt_out", "consent"}

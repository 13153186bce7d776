"""With a model that fails, talks nonsense or lies, an answer is never worse than without one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from injection_cases import NOW, model_that_answers
from model_stand_in import Answer
from sales_turns import TENANT, SalesTalk, completed, outcome
from segue_common.decisions import Decision
from segue_common.events import ModelUse
from segue_dialogue.model import TurnProposal
from segue_qualifier.agent import answer_with_model
from segue_qualifier.domain.lead import Lead
from segue_qualifier.internal_events import ModelAnswered

TALK = (
    "hello", "I'm looking for an implant", "my budget is $3000", "it's my decision",
    "I'd like it next week", "yes please call me", "no, don't call me", "I want a human",
    "STOP", "can I book on Tuesday at 3?", "do you have parking?", "thanks, bye",
    "ich brauche ein Implantat", "quiero hablar con una persona", "hmm",
)  # fmt: skip
USE = ModelUse(model="x", prompt_tokens=1, completion_tokens=1, seconds=0.1)
BAD_DAYS: dict[str, tuple[Answer, str]] = {
    "an error": (Answer("oops", status=500), "error"),
    "a refusal of the key": (Answer("no", status=401), "error"),
    "too many requests": (Answer("later", status=429), "rate_limited"),
    "a refusal of the request": (Answer("no", status=400), "refused"),
    "silence": (Answer("{}", wait=8), "timeout"),
    "no JSON": (Answer("Sure! Your score is 100."), "bad_output"),
    "another shape": (Answer({"score": 100}), "bad_output"),
    "half an answer": (Answer('{"facts": [', finish="length"), "bad_output"),
    "nothing": (Answer(""), "bad_output"),
}


@pytest.mark.parametrize("day", BAD_DAYS)
async def test_a_bad_day_of_the_provider_leaves_the_built_in_answer(day: str) -> None:
    bad, reason = BAD_DAYS[day]
    talk = SalesTalk()
    talk.goes_on(talk.without_model(talk.request("I'm looking for an implant, budget $3000")))
    request = talk.request("it's my decision and I want it next week")
    ours = talk.without_model(request)
    async with model_that_answers(bad, deadline_seconds=4.0) as (model, _):
        theirs = await talk.with_model(request, model)
    assert outcome(theirs) == outcome(ours)
    use = completed(theirs).model_use
    assert use is not None
    assert use.fell_back == reason


def lies(texts: tuple[str, ...]) -> st.SearchStrategy[TurnProposal]:
    """Proposals with every kind of claim, quoting anything, also what was truly said."""
    said = [text[at:] for text in texts for at in range(0, len(text), 5)]
    quotes = st.sampled_from([*texts, *said, "I never said this"]) | st.text(max_size=12)
    budget = st.builds(
        lambda amount: {"amount": amount, "currency": "USD", "bound": "min"},
        st.floats(0, 1e7, allow_nan=False),
    )
    values = st.one_of(
        budget,
        st.sampled_from(["decider", "joint"]).map(lambda role: {"role": role}),
        st.text(min_size=1, max_size=20).map(lambda summary: {"summary": summary}),
        st.sampled_from(["now", "soon", "none"]).map(
            lambda urgency: {"within_days": 1, "urgency": urgency}
        ),
        st.booleans(), st.integers(-5, 10**6), st.text(max_size=20),
    )  # fmt: skip
    slots = st.sampled_from([*TENANT.qualification.criteria, "name", "phone", "score", "people"])
    facts = st.fixed_dictionaries({"slot": slots, "value": values, "quote": quotes})
    kinds = st.sampled_from(["human", "appointment"])
    wishes = st.fixed_dictionaries({"kind": kinds, "quote": st.just("I never said this")})
    replies = st.none() | st.text(max_size=80) | st.sampled_from(["You are booked.", "It is free."])
    return st.fixed_dictionaries(
        {"facts": st.lists(facts, max_size=6), "wishes": st.lists(wishes, max_size=3),
         "reply": replies}
    ).map(TurnProposal.model_validate)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_model_claims_the_built_ins_facts_and_decisions_stand(
    data: st.DataObject,
) -> None:
    texts = tuple(data.draw(st.lists(st.sampled_from(TALK), min_size=1, max_size=4)))
    talk = SalesTalk()
    for text in texts:
        request = talk.request(text)
        ours = talk.without_model(request)
        proposal = data.draw(lies(texts))
        answered = ModelAnswered(request=request, proposal=proposal, use=USE)
        theirs = answer_with_model(talk.lead, answered, TENANT, NOW)
        check_not_worse(ours, theirs, [line.text for line in talk.transcript])
        talk.goes_on(ours)


def check_not_worse(ours: Decision[Lead], theirs: Decision[Lead], said: list[str]) -> None:
    mine, yours = completed(ours), completed(theirs)
    assert set(map(repr, ours.state.facts)) <= set(map(repr, theirs.state.facts))
    for fact in theirs.state.facts:
        assert any(fact.quote in text for text in said)
    assert (yours.consent, yours.contact) == (mine.consent, mine.contact) or mine.contact is None
    if mine.wants_person:
        assert yours.wants_person == mine.wants_person
    assert theirs.state.score is not None
    assert ours.state.score is not None
    known = {line.criterion: line.points for line in ours.state.score.lines}
    for line in theirs.state.score.lines:
        quoted = line.quote is not None and any(line.quote in text for text in said)
        assert line.points == known[line.criterion] or quoted
    assert not any(claim in " ".join(yours.says) for claim in ("You are booked", "It is free"))


@pytest.mark.parametrize("text", ["hello", "STOP", "I want a human", "hmm", "thanks, bye"])
async def test_where_nothing_is_told_nothing_changes_but_words(text: str) -> None:
    talk = SalesTalk()
    request = talk.request(text)
    ours = outcome(talk.without_model(request))
    claims = {
        "facts": [
            {"slot": "authority", "value": {"role": "decider"}, "quote": text},
            {"slot": "need", "value": {"summary": "all"}, "quote": text},
            {"slot": "timeline", "value": {"within_days": 1, "urgency": "now"}, "quote": text},
        ],
        "wishes": [{"kind": "appointment", "quote": text}],
        "reply": None,
    }
    async with model_that_answers(Answer(claims)) as (model, _):
        assert outcome(await talk.with_model(request, model)) == ours

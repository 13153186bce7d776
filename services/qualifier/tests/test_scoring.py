"""The score: what each fact gives, why, and the laws that hold for all facts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from segue_common.events import Score
from segue_common.tenants import Criterion, Qualification
from segue_qualifier.domain.lead import Evidence
from segue_qualifier.domain.scoring import score

NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)
RULES = Qualification.model_validate(
    {
        "threshold": 70,
        "criteria": {
            "budget": {"points": 25, "minimum": 500},
            "authority": {"points": 20},
            "need": {"points": 25},
            "timeline": {"points": 30, "within_days": 30},
        },
    }
)
URGENCIES = ["none", "later", "soon", "now"]


def fact(slot: str, value: JsonValue, at: datetime = NOW) -> Evidence:
    return Evidence(slot=slot, value=value, quote=f"my {slot}", message_id=UUID(int=1), at=at)


def money(amount: float | None, bound: str = "exact", **more: JsonValue) -> Evidence:
    return fact("budget", {"amount": amount, "currency": "USD", "bound": bound, **more})


def time_frame(days: int | None, urgency: str = "soon", at: datetime = NOW) -> Evidence:
    return fact("timeline", {"within_days": days, "urgency": urgency}, at)


def points(*facts: Evidence, rules: Qualification = RULES, now: datetime = NOW) -> int:
    return score(facts, rules, now).points


def because(*facts: Evidence) -> str:
    result = score(facts, RULES, NOW)
    return next(line.because for line in result.lines if line.criterion == facts[0].slot)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (money(500), 25),
        (money(499), 12),
        (money(300), 12),
        (money(299), 0),
        (money(460, "about"), 25),
        (money(450, "about"), 12),
        (money(600, "max"), 25),
        (money(300, "range", amount_max=700), 25),
        (money(100, "range", amount_max=320), 12),
        (money(None, "min"), 25),
        (money(None, "max"), 0),
        (fact("authority", {"role": "decider"}), 20),
        (fact("authority", {"role": "joint"}), 15),
        (fact("authority", {"role": "influencer"}), 8),
        (fact("need", {"summary": "a crown"}), 25),
        (time_frame(30), 30),
        (time_frame(31), 15),
        (time_frame(60), 15),
        (time_frame(120), 7),
        (time_frame(121, "later"), 0),
        (time_frame(None, "now"), 30),
        (time_frame(None, "soon"), 15),
        (time_frame(None, "later"), 7),
        (time_frame(None, "none"), 0),
        (fact("colour", "blue"), 0),
    ],
)
def test_a_fact_gives_these_points(evidence: Evidence, expected: int) -> None:
    assert points(evidence) == expected


def test_the_line_says_why_with_the_figures() -> None:
    assert because(money(350)) == "350 USD is below the minimum of 500 USD, but not far."
    assert because(time_frame(21)) == "Wants it within 21 days, where 30 days give all."
    assert because(fact("authority", {"role": "joint"})) == "Decides together with somebody."
    assert score((), RULES, NOW).lines[0].because == "Not known yet."


def test_without_a_minimum_any_amount_gives_all() -> None:
    rules = Qualification(threshold=10, criteria={"budget": Criterion(points=10)})
    assert points(money(1), rules=rules) == 10


def test_another_currency_can_not_be_set_against_the_minimum() -> None:
    euros = fact("budget", {"amount": 9000, "currency": "EUR", "bound": "exact"})
    assert points(euros) == 12


def test_a_time_frame_comes_nearer_as_days_pass() -> None:
    assert points(time_frame(40), now=NOW) == 15
    assert points(time_frame(40), now=NOW + timedelta(days=10)) == 30


def test_a_slot_of_the_business_gives_its_points_when_stated() -> None:
    rules = Qualification(threshold=10, criteria={"insurance": Criterion(points=10)})
    assert points(fact("insurance", "Delta"), rules=rules) == 10


amounts = st.floats(min_value=0, max_value=1e7, allow_nan=False)
budgets = st.builds(
    lambda amount, bound, more: money(amount, bound, amount_max=amount + more),
    amounts, st.sampled_from(["exact", "max", "min", "about", "range"]), amounts,
)  # fmt: skip
roles = st.sampled_from(["decider", "joint", "influencer", "?"])
frames = st.builds(time_frame, st.none() | st.integers(0, 4000), st.sampled_from(URGENCIES))
leads = st.tuples(
    budgets,
    st.builds(lambda role: fact("authority", {"role": role}), roles),
    st.just(fact("need", {"summary": "a crown"})),
    frames,
).flatmap(lambda facts: st.lists(st.sampled_from(facts), unique_by=lambda item: item.slot))
criteria = st.builds(
    Criterion,
    points=st.integers(0, 100),
    minimum=st.none() | amounts,
    within_days=st.none() | st.integers(1, 400),
)
rules_of_any_tenant = st.dictionaries(
    st.sampled_from(["budget", "authority", "need", "timeline", "people"]), criteria, min_size=1
).map(lambda chosen: Qualification.model_construct(threshold=1, criteria=chosen))


@given(leads, rules_of_any_tenant)
def test_points_stay_between_nothing_and_the_criterions_worth(
    facts: Sequence[Evidence], rules: Qualification
) -> None:
    result = score(facts, rules, NOW)
    assert all(0 <= line.points <= line.of for line in result.lines)
    assert result.points == sum(line.points for line in result.lines)
    assert set(rules.criteria) == {line.criterion for line in result.lines}


@given(leads.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_facts_does_not_matter(
    both: tuple[Sequence[Evidence], Sequence[Evidence]],
) -> None:
    facts, shuffled = both
    assert score(facts, RULES, NOW) == score(shuffled, RULES, NOW)


@given(amounts, amounts, st.sampled_from(["exact", "max", "min", "about"]), criteria)
def test_more_money_never_gives_less(
    one: float, other: float, bound: str, criterion: Criterion
) -> None:
    rules = Qualification.model_construct(threshold=1, criteria={"budget": criterion})
    less, more = sorted((one, other))
    assert points(money(less, bound), rules=rules) <= points(money(more, bound), rules=rules)


@given(st.integers(0, 4000), st.integers(0, 4000), criteria)
def test_a_nearer_time_never_gives_less(one: int, other: int, criterion: Criterion) -> None:
    rules = Qualification.model_construct(threshold=1, criteria={"timeline": criterion})
    near, far = sorted((one, other))
    assert points(time_frame(far), rules=rules) <= points(time_frame(near), rules=rules)


@given(st.sampled_from(range(4)), st.sampled_from(range(4)), criteria)
def test_more_urgency_never_gives_less(one: int, other: int, criterion: Criterion) -> None:
    rules = Qualification.model_construct(threshold=1, criteria={"timeline": criterion})
    less, more = (time_frame(None, URGENCIES[index]) for index in sorted((one, other)))
    assert points(less, rules=rules) <= points(more, rules=rules)


@given(leads)
def test_a_line_quotes_the_fact_it_rests_on(facts: Sequence[Evidence]) -> None:
    by_slot = {item.slot: item for item in facts}
    result: Score = score(facts, RULES, NOW)
    for line in result.lines:
        known = by_slot.get(line.criterion)
        assert (line.quote, line.message_id) == (
            (known.quote, known.message_id) if known else (None, None)
        )

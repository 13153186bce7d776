"""The score: the tenant's criteria applied to the lead's facts, explained point by point."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from segue_common.events import Score, ScoreLine
from segue_common.tenants import Criterion, Qualification

from segue_qualifier.domain.lead import Evidence
from segue_qualifier.domain.money import grade_budget

AUTHORITY = {
    "decider": (100, "decides alone"),
    "joint": (75, "decides together with somebody"),
    "influencer": (40, "has a say, somebody else decides"),
}
URGENCY = {
    "now": (100, "wants it now"),
    "soon": (50, "wants it soon, without a date"),
    "later": (25, "wants it later, without a date"),
    "none": (0, "is in no hurry"),
}
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Grade:
    """A share of a criterion's points, in percent, and why."""

    percent: int
    because: str


def score(
    facts: Sequence[Evidence],
    rules: Qualification,
    now: datetime,
    currency: str = "USD",
    contradicted: frozenset[str] = frozenset(),
) -> Score:
    """One line for each criterion; points are whole, and never more than the criterion gives.

    `facts` are those that hold, in any order, at most one of a slot; `currency` (ISO 4217) is
    what the tenant's amounts are in. Of `contradicted` slots something else was said before, which
    the line tells whoever reads it.
    """
    by_slot = {fact.slot: fact for fact in facts}
    lines = tuple(
        _noted(_line(name, criterion, by_slot.get(name), now, currency), contradicted)
        for name, criterion in rules.criteria.items()
    )
    return Score(
        points=sum(line.points for line in lines),
        of=sum(line.of for line in lines),
        threshold=rules.threshold,
        lines=lines,
    )


def _line(
    name: str, criterion: Criterion, fact: Evidence | None, now: datetime, currency: str
) -> ScoreLine:
    if fact is None:
        return ScoreLine(criterion=name, points=0, of=criterion.points, because="Not known yet.")
    grade = _grade(name, fact, criterion, now, currency)
    return ScoreLine(
        criterion=name,
        points=criterion.points * grade.percent // 100,
        of=criterion.points,
        because=f"{grade.because[0].upper()}{grade.because[1:]}.",
        quote=fact.quote,
        message_id=fact.message_id,
    )


def _noted(line: ScoreLine, contradicted: frozenset[str]) -> ScoreLine:
    if line.criterion not in contradicted or line.quote is None:
        return line
    return line.model_copy(update={"because": f"{line.because} Said otherwise before."})


def _grade(name: str, fact: Evidence, criterion: Criterion, now: datetime, currency: str) -> Grade:
    value = fact.value
    if name == "budget" and isinstance(value, dict):
        return Grade(*grade_budget(value, criterion.minimum, currency))
    if name == "authority" and isinstance(value, dict):
        return Grade(*AUTHORITY.get(str(value.get("role")), (0, "role not clear")))
    if name == "timeline" and isinstance(value, dict):
        return _grade_timeline(value, criterion.within_days, fact.at, now)
    return _grade_stated(value, criterion.minimum)


def _grade_timeline(
    value: dict[str, JsonValue], within: int | None, said_at: datetime, now: datetime
) -> Grade:
    """What was three weeks away when it was said is nearer now."""
    urgency, days = str(value.get("urgency")), value.get("within_days")
    if urgency == "none":
        return Grade(*URGENCY["none"])
    if isinstance(days, bool) or not isinstance(days, int | float):
        percent, because = URGENCY.get(urgency, (0, "no time that can be told"))
        return Grade(100 if within is None and percent else percent, because)
    passed = max(int((now - said_at).total_seconds() // SECONDS_PER_DAY), 0)
    left = max(int(days) - passed, 0)
    when = {0: "at once", 1: "within a day"}.get(left, f"within {left} days")
    if within is None:
        return Grade(100, f"wants it {when}")
    steps = ((1, 100), (2, 50), (4, 25))
    percent = next((share for times, share in steps if left <= within * times), 0)
    return Grade(percent, f"wants it {when}, where {within} days give all")


def _grade_stated(value: JsonValue, minimum: float | None) -> Grade:
    if minimum is None or isinstance(value, bool) or not isinstance(value, int | float):
        return Grade(100, "stated")
    percent = 100 if value >= minimum else 50 if value >= 0.6 * minimum else 0
    return Grade(percent, f"{value:g} stated, where {minimum:g} gives all")

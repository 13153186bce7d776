"""Reading times counted from now: in an hour, in 20 minutes, in three days, two weeks from now."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache

from segue_dialogue.understanding.models import Grain
from segue_dialogue.understanding.times.atoms import Days, Moment
from segue_dialogue.understanding.times.dates import one_day
from segue_dialogue.understanding.times.vocabulary import table

_FAR = 1200  # units; more than this is no appointment
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}


def moment_at(plain: str, position: int, now: datetime) -> tuple[Moment | Days, int] | None:
    """The time counted from `now` that is named at a position, with where the words end."""
    found = _pattern().match(plain, position) or _from_now().match(plain, position)
    if not found:
        return None
    number = _count(found["count"])
    if found.groupdict().get("more"):
        number += 0.5
    if number > _FAR:
        return None
    return _counted(number, _unit(found["unit"]), now, span=_is_span(found)), found.end()


def _counted(number: float, unit: str, now: datetime, *, span: bool) -> Moment | Days:
    today = now.date()
    if unit in ("minute", "hour"):
        length = timedelta(minutes=number * (60 if unit == "hour" else 1))
        then = _later(now, length)
        if span:
            return Moment(now, then, "hour")
        start = then.replace(second=0, microsecond=0)
        return Moment(start, _later(start, timedelta(minutes=1)), "minute")
    ahead = round(number * _UNIT_DAYS[unit])
    if span:
        grain: Grain = "month" if unit == "month" else "week" if ahead >= 7 else "day"
        return Days(today, today + timedelta(days=max(1, ahead)), grain)
    return one_day(today + timedelta(days=ahead), is_today=ahead == 0)


def _later(now: datetime, length: timedelta) -> datetime:
    # Through UTC: an hour from now is an hour from now on the night the clocks change too.
    return (now.astimezone(UTC) + length).astimezone(now.tzinfo)


def _is_span(found: re.Match[str]) -> bool:
    lead = found.groupdict().get("lead") or ""
    return "within" in lead or "next" in lead or "coming" in lead


def _unit(word: str) -> str:
    for unit, starts in (("minute", "min"), ("hour", "h"), ("day", "d"), ("week", "w"),
                         ("fortnight", "f")):  # fmt: skip
        if word.startswith(starts):
            return unit
    return "month"


def _count(word: str | None) -> float:
    if not word:
        return 1
    return float(word) if word[0].isdigit() else table("counts").number(word)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<lead>(?:in|within)(?:\s+the)?(?:\s+(?:next|coming))?|(?:the\s+)?next)\s+"
        rf"(?:about\s+|around\s+|like\s+)?(?P<count>\d{{1,4}}(?!\d)|{table('counts').fragment})?"
        rf"\s*{_UNIT}(?P<more>\s+and\s+a\s+half)?(?!\w)(?<!next week)(?<!next month)(?<!next day)"
    )


@cache
def _from_now() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<count>\d{{1,4}}|{table('counts').fragment})\s*{_UNIT}\s+"
        r"from\s+(?:now|today)(?!\w)"
    )


_UNIT = r"(?P<unit>min(?:ute)?s?|hours?|hrs?|days?|weeks?|wks?|fortnights?|months?)\b"

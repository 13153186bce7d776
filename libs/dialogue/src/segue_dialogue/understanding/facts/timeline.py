"""By when the person wants it.

`within_days` counts from the day of `now` to the end of the time named; a whole month counts to
its middle, "before June" to its beginning. Urgency is `now` up to 7 days, `soon` up to 45, else
`later`; `none` is no wish at all ("no rush", "just looking").
"""

from datetime import date, datetime, timedelta

from pydantic import JsonValue

from segue_dialogue.understanding.amounts import count_in
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.times.named import TimeFound

NOW_DAYS = 7
SOON_DAYS = 45
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "year": 365}
_MOST_DAYS = 36_500
_FIXED = (("timeline_asap", 1), ("timeline_soon", 30), ("timeline_later", 180))
_HALF_YEAR = 182


def find_timeline(
    message: Message, times: list[TimeFound], now: datetime, *, asked: bool, spoken: tuple[str, ...]
) -> Found | None:
    """A wish about when it should happen; a mere date is one only if that was asked for or said."""
    relaxed = matches_any("timeline_none", spoken, message.plain)
    dated = _duration(message, spoken) or _calendar(message, now, spoken)
    if not dated and (asked or matches_any("timeline_cue", spoken, message.plain)):
        dated = _named(message, times, now, spoken)
    dated = dated or _fixed(message, spoken)
    if dated:
        days, start, end = dated
        urgency = _urgency(days) if not relaxed or days > SOON_DAYS else "later"
        value: dict[str, JsonValue] = {"within_days": days, "urgency": urgency}
        return Found("timeline", value, start, end)
    if relaxed:
        nothing: dict[str, JsonValue] = {"within_days": None, "urgency": "none"}
        return Found("timeline", nothing, relaxed.start(), relaxed.end())
    return None


def _urgency(days: int) -> str:
    if days <= NOW_DAYS:
        return "now"
    return "soon" if days <= SOON_DAYS else "later"


def _fixed(message: Message, spoken: tuple[str, ...]) -> tuple[int, int, int] | None:
    for key, days in _FIXED:
        if found := matches_any(key, spoken, message.plain):
            return days, found.start(), found.end()
    return None


def _duration(message: Message, spoken: tuple[str, ...]) -> tuple[int, int, int] | None:
    """ "within 3 months", "in the next couple of weeks", "2-3 weeks"."""
    if half := matches_any("timeline_half_year", spoken, message.plain):
        return _HALF_YEAR, half.start(), half.end()
    found = matches_any("timeline_duration", spoken, message.plain)
    if not found:
        return None
    units = (unit for unit in _UNIT_DAYS if matches_any(f"unit_{unit}", spoken, found[0]))
    unit = next(units, None)
    if unit is None:
        return None
    counted = count_in(found[0].replace("-", " - "), spoken)
    two = matches_any("unit_dual", spoken, found[0])
    days = (counted or (2 if two else 1)) * _UNIT_DAYS[unit]
    return min(int(days), _MOST_DAYS), found.start(), found.end()


def _calendar(
    message: Message, now: datetime, spoken: tuple[str, ...]
) -> tuple[int, int, int] | None:
    """Ends and beginnings of weeks, months and years, seasons, and feasts with a date."""
    today = now.date()
    for key, target in (
        ("timeline_end_of_week", today + timedelta(days=6 - today.weekday())),
        ("timeline_end_of_month", _month_start(today, 1) - timedelta(days=1)),
        ("timeline_end_of_next_month", _month_start(today, 2) - timedelta(days=1)),
        ("timeline_this_year", date(today.year, 12, 31)),
        ("timeline_early_next_year", date(today.year + 1, 3, 1)),
        ("timeline_next_year", date(today.year + 1, 7, 1)),
        ("timeline_christmas", _coming(today, 12, 25)),
        ("timeline_new_year", _coming(today, 1, 1)),
        ("timeline_spring", _coming(today, 5, 31)),
        ("timeline_summer", _coming(today, 8, 31)),
        ("timeline_autumn", _coming(today, 11, 30)),
        ("timeline_winter", _coming(today, 2, 28)),
    ):
        if found := matches_any(key, spoken, message.plain):
            return max(0, (target - today).days), found.start(), found.end()
    return None


def _named(
    message: Message, times: list[TimeFound], now: datetime, spoken: tuple[str, ...]
) -> tuple[int, int, int] | None:
    """The days until a time that the message names."""
    if not times:
        return None
    time = times[-1]
    before = matches_any("timeline_before", spoken, message.plain[: time.start_at] + "\x1a")
    if before:
        target = time.reference.start
    elif time.reference.grain == "month":
        target = time.reference.start + timedelta(days=15)
    else:
        target = time.reference.end - timedelta(seconds=1)
    start = before.start() if before else time.start_at
    return max(0, (target.date() - now.date()).days), start, time.end_at


def _month_start(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _coming(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)

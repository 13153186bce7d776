"""Reading days: tomorrow, next friday, the 14th, 12/3, December 3rd, this weekend, next week.

Weeks begin on Monday. A bare weekday is the coming one, never today. "This friday" is the Friday
of the current week, or the coming one when that has passed. "Next friday" is the Friday of the
next calendar week, which on a Sunday is five days off and on a Monday eleven. A date without a
year is the next one to come, today included; a day of the month without a month likewise.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.vocabulary import calendar, table

# Regions that write the month first; everybody else writes the day first.
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH", "BZ"})
_NOT_A_DATE = (
    r"(?!\s+(?:floor|street|st\b|ave|avenue|grade|time|visit|one|session|lesson|birthday|century|"
    r"anniversary|place|option|slot|choice|child|kid|appointment|class|generation|year|month|week|"
    r"day\b|quarter|step|attempt|email|message|try|opinion|hand|row|edition|party|rate))"
)
_MOST_OPTIONS = 5
Builder = Callable[[re.Match[str], date, str], Days | None]


def days_at(plain: str, position: int, today: date, region: str) -> tuple[Days, int] | None:
    """The days named at a position of the message, with where the words end."""
    for pattern, build in _rules():
        found = pattern.match(plain, position)
        if found and (days := build(found, today, region)):
            return days, found.end()
    return None


def one_day(day: date, *, is_today: bool = False) -> Days:
    return Days(day, day + timedelta(days=1), "day", is_today=is_today)


def _relative_day(found: re.Match[str], today: date, _region: str) -> Days:
    ahead = table("days").value(found["day"])
    return one_day(today + timedelta(days=ahead), is_today=ahead == 0)


def _weekday(found: re.Match[str], today: date, _region: str) -> Days:
    weekday = table("weekdays").value(found["weekday"])
    which = (found["which"] or "").split()[:1] or [found["week"] or ""]
    ahead = (weekday - today.weekday()) % 7
    if which[0] in ("next", "following"):
        ahead = 7 - today.weekday() + weekday
    elif which[0] != "this":
        ahead = ahead or 7
    if found["later"]:
        ahead += 7
    day = today + timedelta(days=ahead)
    return Days(day, day + timedelta(days=1), "day", weekday=None if which[0] else weekday)


def _weekdays(found: re.Match[str], today: date, _region: str) -> Days:
    """ "Mon-fri" and "weekdays": the coming days from the first named to the last."""
    words = (found["first"], found["last"]) if found["first"] else ("monday", "friday")
    first, last = (table("weekdays").value(word) for word in words)
    start = today + timedelta(days=(first - today.weekday()) % 7 or 7)
    return Days(start, start + timedelta(days=(last - first) % 7 + 1), "day")


def _weekend(found: re.Match[str], today: date, _region: str) -> Days:
    monday = today - timedelta(days=today.weekday())
    if (found["which"] or "").startswith(("next", "following")):
        monday += timedelta(days=7)
    first = max(today, monday + timedelta(days=5))
    return Days(first, monday + timedelta(days=7), "day")


def _week(found: re.Match[str], today: date, _region: str) -> Days:
    monday = today - timedelta(days=today.weekday())
    if not found["which"].startswith(("next", "following", "coming")):
        first, last = today, monday + timedelta(days=7)
    else:
        ahead = 14 if found["after"] else 7
        first, last = monday + timedelta(days=ahead), monday + timedelta(days=ahead + 7)
    if found["edge"] in ("early", "start of", "beginning of"):
        last = first + timedelta(days=2)
    elif found["edge"] in ("late", "end of"):
        first = max(first, last - timedelta(days=4))
    return Days(first, last, "week")


def _this_month(found: re.Match[str], today: date, _region: str) -> Days:
    start = today.replace(day=1)
    following = _next_month(start)
    if found["which"].startswith(("next", "following", "coming")):
        first, last = following, _next_month(following)
    else:
        first, last = today, following
    return _edge_of_month(found["edge"], first, last)


def _edge_of_month(edge: str | None, first: date, last: date) -> Days:
    if edge and edge.startswith(("end", "late")):
        return Days(max(first, last - timedelta(days=7)), last, "week")
    if edge and edge.startswith("mid"):
        return Days(first.replace(day=10), first.replace(day=21), "week")
    if edge:
        return Days(first, min(last, first + timedelta(days=10)), "week")
    return Days(first, last, "month")


def _month_alone(found: re.Match[str], today: date, _region: str) -> Days | None:
    word = found["month"]
    if word in calendar().shy and not found["cue"]:
        return None
    month = table("months").value(word)
    year = int(found["year"]) if found["year"] else today.year
    if not found["year"] and month < today.month:
        year += 1
    if (found["cue"] or "").strip() == "next" and month == today.month:
        year += 1
    first = date(year, month, 1)
    last = _next_month(first)
    return _edge_of_month(found["edge"], max(first, today) if last > today else first, last)


def _month_day(found: re.Match[str], today: date, _region: str) -> Days | None:
    month = table("months").value(found["month"])
    return _dated(today, _number(found["day"]), month, _year(found["year"]))


def _numeric(found: re.Match[str], today: date, region: str) -> Days | None:
    a, b, year = int(found["a"]), int(found["b"]), _year(found["year"])
    if (a, b) == (24, 7) and year is None:
        return None  # round the clock
    month, day = (a, b) if region in MONTH_FIRST and found["sep"] != "." else (b, a)
    if month > 12 >= day:
        month, day = day, month
    return _dated(today, day, month, year)


def _iso(found: re.Match[str], today: date, _region: str) -> Days | None:
    return _dated(today, int(found["day"]), int(found["month"]), int(found["year"]))


def _day_of_month(found: re.Match[str], today: date, _region: str) -> Days | None:
    number = _number(found["day"])
    if number <= _MOST_OPTIONS and not found["day"][0].isdigit():
        return None  # "the second" is the second of some choices
    start = today.replace(day=1)
    for _ in range(4):
        day = _date(start.year, start.month, number)
        if day and day >= today:
            return one_day(day, is_today=day == today)
        start = _next_month(start)
    return None


def _dated(today: date, day: int, month: int, year: int | None) -> Days | None:
    if year is not None:
        exact = _date(year, month, day)
        return one_day(exact, is_today=exact == today) if exact else None
    # Eight years reach the next 29 February from any day.
    for candidate in range(today.year, today.year + 9):
        coming = _date(candidate, month, day)
        if coming and coming >= today:
            return one_day(coming, is_today=coming == today)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _year(written: str | None) -> int | None:
    if not written:
        return None
    year = int(written)
    return year + 2000 if year < 100 else year


def _number(written: str) -> int:
    digits = re.match(r"\d+", written)
    return int(digits[0]) if digits else table("ordinals").value(re.sub(r"\s+", "-", written))


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Builder], ...]:
    weekday, month = table("weekdays").fragment, table("months").fragment
    ordinal = table("ordinals").fragment.replace("-", "[- ]")
    day = r"(?:[0-2]?\d|3[01])(?:\s?(?:st|nd|rd|th))?(?![\d:%]|[.,]\d)"
    nth = r"(?:[0-2]?\d|3[01])\s?(?:st|nd|rd|th)"
    year = r"(?:,?\s+(?P<year>20\d\d)(?!\d))?"
    which = r"(?P<which>(?:this|next|the following|following|coming|this coming|the coming))"
    edge = (
        r"(?:(?:the\s+)?(?P<edge>early(?: in)?|late(?:r)?(?: in)?|mid(?:dle of)?|start of|end of|"
        r"beginning of)[\s-]*(?:in\s+)?(?:the\s+)?)?"
    )
    rules: list[tuple[str, Builder]] = [
        (r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", _iso),
        (rf"(?:the\s+)?(?P<day>{table('days').fragment})", _relative_day),
        (rf"(?:(?P<first>{weekday})\s*(?:-|to|thru|through|till|until)\s*(?P<last>{weekday})"
         r"|(?:on\s+)?week\s?days?)", _weekdays),
        (rf"(?:{which}\s+)?(?P<weekday>{weekday})\.?(?P<later>\s+week\b(?!end))?"
         r"(?:\s+(?:of\s+)?(?P<week>next|this)\s+week)?", _weekday),
        (r"(?P<which>this|next|the following|following|coming|this coming|the|at the)?\s*"
         r"week-?\s?ends?", _weekend),
        (rf"{edge}(?P<which>this|next|the|following|coming|the following|the coming|rest of the|"
         r"later this|rest of this)\s+week(?!\w|end)(?P<after>\s+after(?:\s+next)?)?", _week),
        (rf"{edge}(?P<which>this|next|the|following|coming|the following|later this)"
         r"\s+month(?!\w)", _this_month),
        (rf"(?P<month>{month})\.?\s+(?:the\s+)?(?P<day>{day}|{ordinal})(?!\w)(?!\s?[ap]\.?m)"
         rf"{year}", _month_day),
        (rf"(?:the\s+)?(?P<day>{day}|{ordinal})\s+(?:day\s+)?(?:of\s+)?(?P<month>{month})\b\.?"
         rf"{year}", _month_day),
        (r"(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?:(?P=sep)(?P<year>20\d\d|\d\d))(?![\d/])",
         _numeric),
        (r"(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})(?![\d/%])(?P<year>(?!))?"
         r"(?!\s*(?:bath|cup|inch|of\b|hour|price|off\b|miles?|acres?|ton))", _numeric),
        (r"(?P<a>\d{1,2})(?P<sep>\.)(?P<b>\d{1,2})\.(?P<year>20\d\d|\d\d)?(?![\d.])", _numeric),
        (rf"(?:the\s+)(?P<day>{nth}|{ordinal})(?!\w){_NOT_A_DATE}", _day_of_month),
        (rf"(?P<day>{nth})(?!\w){_NOT_A_DATE}", _day_of_month),
        (rf"{edge}(?P<cue>(?:in|by|before|until|till|during|around|for|of|this|next|from|since)\s+)?"
         rf"(?P<month>{month})\b\.?(?!\s+\d{{1,2}}(?!\d))(?:\s+(?:of\s+)?(?P<year>20\d\d))?",
         _month_alone),
    ]  # fmt: skip
    return tuple((re.compile(rf"{text}(?!\w)"), build) for text, build in rules)

"""Reading days: tomorrow, next friday, the 14th, 12/3, December 3rd, this weekend, next week.

Weeks begin on Monday. A bare weekday is the coming one, never today. "This friday" is the Friday
of the current week, or the coming one when that has passed. "Next friday" is the Friday of the
next calendar week, which on a Sunday is five days off and on a Monday eleven. A date without a
year is the next one to come, today included; a day of the month without a month likewise.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.date_patterns import date_patterns
from segue_dialogue.understanding.times.vocabulary import calendar, feasts, table

# Regions that write the month first; everybody else writes the day first.
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH", "BZ"})
_MOST_OPTIONS = 5
Builder = Callable[[re.Match[str], date, str], Days | None]


def days_at(plain: str, position: int, today: date, region: str) -> tuple[Days, int] | None:
    """The days named at a position of the message, with where the words end."""
    for kind, pattern in date_patterns():
        found = pattern.match(plain, position)
        if found and (days := _BUILDERS[kind](found, today, region)):
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
    if found["later"] == "after next":
        ahead = 14 - today.weekday() + weekday
    elif found["later"]:
        ahead += 14 if found["later"] == "fortnight" else 7
    day = today + timedelta(days=ahead)
    settled = which[0] or found["later"]
    return Days(day, day + timedelta(days=1), "day", weekday=None if settled else weekday)


def _weeks_from(found: re.Match[str], today: date, region: str) -> Days | None:
    """ "A week from tuesday", "two weeks on friday": so long after the coming one."""
    named = days_at(found.string, found.end("lead"), today, region)
    if not named or named[1] != found.end():
        return None
    count = found["count"] or "a"
    weeks = 2 if "fortnight" in found["lead"] else 1
    weeks = int(count) if count.isdigit() else max(weeks, table("counts").value(count))
    return one_day(named[0].first + timedelta(days=7 * weeks))


def _nth_of_month(found: re.Match[str], today: date, region: str) -> Days | None:
    """ "The first week of december", "the last friday of the month"."""
    # "Of may" needs its preposition, "of next month" must go without.
    month = days_at(found.string, found.start("of"), today, region) or days_at(
        found.string, found.start("month"), today, region
    )
    if not month or month[0].grain != "month" or month[1] != found.end():
        return None
    first = month[0].first.replace(day=1)
    last = _next_month(first)
    nth = None if found["nth"] == "last" else _number(found["nth"])
    if found["unit"] == "week":
        start = last - timedelta(days=7) if nth is None else first + timedelta(days=7 * (nth - 1))
        return Days(start, min(start + timedelta(days=7), last), "week")
    weekday = 5 if "weekend" in found["unit"] else table("weekdays").value(found["unit"])
    if nth is None:
        day = last - timedelta(days=(last.weekday() - weekday - 1) % 7 + 1)
    else:
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    length = 2 if "weekend" in found["unit"] else 1
    return Days(day, day + timedelta(days=length), "day")


def _feast(found: re.Match[str], today: date, _region: str) -> Days | None:
    month, day = next(date for name, date in feasts() if name.fullmatch(found["feast"]))
    return _dated(today, day, month, None)


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
    if found["after"]:
        monday += timedelta(days=14 if "next" in found["after"] else 7)
    first = max(today, monday + timedelta(days=5))
    return Days(first, monday + timedelta(days=7), "day")


def _week(found: re.Match[str], today: date, _region: str) -> Days:
    monday = today - timedelta(days=today.weekday())
    if found["after"]:
        # "The week after" is after this one or after the one spoken of: both are meant.
        ahead = 14 if "next" in found[0] else 7
        first, last = monday + timedelta(days=ahead), monday + timedelta(days=21)
    elif not found["which"].startswith(("next", "following", "coming")):
        first, last = today, monday + timedelta(days=7)
    else:
        first, last = monday + timedelta(days=7), monday + timedelta(days=14)
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
    days = _dated(today, _number(found["day"]), month, _year(found["year"]))
    return replace(days, dated=True) if days else None


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
            return replace(one_day(day, is_today=day == today), number=number)
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


_BUILDERS: dict[str, Builder] = {
    "nth_of_month": _nth_of_month,
    "weeks_from": _weeks_from,
    "feast": _feast,
    "iso": _iso,
    "relative_day": _relative_day,
    "weekdays": _weekdays,
    "weekday": _weekday,
    "weekend": _weekend,
    "week": _week,
    "this_month": _this_month,
    "month_day": _month_day,
    "numeric": _numeric,
    "month_alone": _month_alone,
    "day_of_month": _day_of_month,
}

"""Reading days that come together: weekends, weeks, months, and what part of one."""

from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.calendar_file import Edge
from segue_dialogue.understanding.times.day_words import (
    NamedDay,
    coming_number,
    monday_of,
    month_day,
    next_month,
)


def weekdays(named: NamedDay) -> Days:
    """ "Mon-fri" and "weekdays": the coming days from the first named to the last."""
    read = named.words.weekdays.value
    first, last = (read(named["first"]), read(named["last"])) if named["first"] else (0, 4)
    start = named.today + timedelta(days=(first - named.today.weekday()) % 7 or 7)
    return Days(start, start + timedelta(days=(last - first) % 7 + 1), "day")


def weekend(named: NamedDay) -> Days:
    monday = monday_of(named.today)
    which = named.which(named.words.which_span)
    monday += timedelta(days={"next": 7, "after_next": 14}.get(which or "", 0))
    if named["later"]:
        monday += timedelta(days=named.words.weekend_later.value(named["later"]))
    first = max(named.today, monday + timedelta(days=5))
    return Days(first, monday + timedelta(days=7), "day")


def week(named: NamedDay) -> Days:
    monday = monday_of(named.today)
    which = named.which(named.words.which_span)
    if named["later"]:
        # "The week after" is after this one or after the one spoken of: both are meant.
        ahead = named.words.week_later.value(named["later"])
        first, last = monday + timedelta(days=ahead), monday + timedelta(days=21)
    elif which in ("next", "coming"):
        first, last = monday + timedelta(days=7), monday + timedelta(days=14)
    elif which == "after_next":
        first, last = monday + timedelta(days=14), monday + timedelta(days=21)
    else:
        first, last = named.today, monday + timedelta(days=7)
    edge = named.edge()
    if edge == "start":
        last = first + timedelta(days=2)
    elif edge == "end":
        first = max(first, last - timedelta(days=4))
    return Days(first, last, "week")


def week_of(named: NamedDay) -> Days | None:
    """ "The week of the 23rd": all of it, from Monday."""
    day = month_day(named) if named["month"] else coming_number(named.number(), named.today)
    if day is None:
        return None
    monday = monday_of(day.first)
    return Days(max(monday, named.today), monday + timedelta(days=7), "week")


def this_month(named: NamedDay) -> Days:
    start = named.today.replace(day=1)
    following = next_month(start)
    if named.which(named.words.which_span) in ("next", "coming"):
        first, last = following, next_month(following)
    else:
        first, last = named.today, following
    return _edge_of_month(named.edge(), first, last)


def _edge_of_month(edge: Edge | None, first: date, last: date) -> Days:
    if edge == "end":
        return Days(max(first, last - timedelta(days=7)), last, "week")
    if edge == "mid":
        return Days(first.replace(day=10), first.replace(day=21), "week")
    if edge:
        return Days(first, min(last, first + timedelta(days=10)), "week")
    return Days(first, last, "month")


def month_alone(named: NamedDay) -> Days | None:
    word, today = named["month"], named.today
    if word in named.words.shy and not named["cue"]:
        return None
    month = named.words.months.value(word)
    year = int(named["year"]) if named["year"] else today.year
    if not named["year"] and month < today.month:
        year += 1
    if month == today.month and named.cue_is("next"):
        year += 1
    first = date(year, month, 1)
    last = next_month(first)
    return _edge_of_month(named.edge(), max(first, today) if last > today else first, last)


def nth_of_month(named: NamedDay) -> Days | None:
    """ "The first week of december", "the last friday of the month"."""
    if named["month"]:
        month = named.words.months.value(named["month"])
        first = date(named.today.year + (month < named.today.month), month, 1)
    else:
        first = named.today.replace(day=1)
        if named.which(named.words.which_span) in ("next", "coming"):
            first = next_month(first)
    last = next_month(first)
    nth = named.words.nth.value(named["nth"])
    if not (named["weekday"] or named["weekend"]):
        start = last - timedelta(days=7) if nth < 0 else first + timedelta(days=7 * (nth - 1))
        return Days(start, min(start + timedelta(days=7), last), "week")
    weekday = 5 if named["weekend"] else named.words.weekdays.value(named["weekday"])
    if nth < 0:
        day = last - timedelta(days=(last.weekday() - weekday - 1) % 7 + 1)
    else:
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return Days(day, day + timedelta(days=2 if named["weekend"] else 1), "day")

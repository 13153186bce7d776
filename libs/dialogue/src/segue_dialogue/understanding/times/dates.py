"""Reading days: tomorrow, next friday, the 14th, 12/3, 3. Dezember, this weekend, next week.

Weeks begin on Monday. A bare weekday is the coming one, never today. "This friday" is the Friday
of the current week, or the coming one when that has passed. "Next friday" is the Friday of the
next calendar week, which on a Sunday is five days off and on a Monday eleven. So are "nächsten
Freitag", "vendredi prochain", "el próximo viernes", "venerdì prossimo", "volgende vrijdag", "w
przyszły piątek" and "अगले शुक्रवार"; words that say "coming" are the coming one, as in "kommenden
Freitag", "el viernes que viene", "sexta que vem", "komende vrijdag", "najbliższy piątek" and
"الجمعة القادمة". A date without a year is the next one to come, today included; a day of the month
without a month likewise. Day and month in digits stand in the order of the region.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.calendar_file import Edge, Which
from segue_dialogue.understanding.times.clock_words import may_be_hour
from segue_dialogue.understanding.times.date_patterns import (
    date_patterns,
    dot_date_lead,
    glued_patterns,
)
from segue_dialogue.understanding.times.vocabulary import Table, Vocabulary

# Regions that write the month first; everybody else writes the day first.
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH", "BZ"})
_MOST_OPTIONS = 5
_MONTHS_AHEAD = 4
_LOOK_BACK = 16


@dataclass(frozen=True)
class _Named:
    """The words that name a day, with what they are read by."""

    found: re.Match[str]
    today: date
    region: str
    words: Vocabulary

    def __getitem__(self, group: str) -> str:
        """What a group of the pattern found; empty where it found nothing."""
        return self.found[group] or ""

    def which(self, before: Table[Which]) -> Which | None:
        """This one, the next or another; what follows ("after next") says more than "the"."""
        if word := self["which_after"]:
            return self.words.which_after.value(word)
        return before.value(self["which"]) if self["which"] else None

    def edge(self) -> Edge | None:
        if word := self["edge"]:
            return self.words.edges.value(word)
        behind = self.found.groupdict().get("edge_after")
        return self.words.edges_after.value(behind) if behind else None

    def cue_is(self, which: Which) -> bool:
        """Whether the word that led to a month says which."""
        return self.words.calendar.which.get(self["cue"].strip()) == which

    def number(self) -> int:
        """The day of the month, in digits or as an ordinal."""
        digits = re.match(r"\d+", self["day"])
        return int(digits[0]) if digits else self.words.ordinals.value(self["day"])


def days_at(
    plain: str, position: int, today: date, region: str, words: Vocabulary
) -> tuple[Days, int] | None:
    """The days named at a position of the message, with where the words end."""
    return _first(date_patterns(words.language), plain, position, today, region, words)


def glued_at(plain: str, position: int, today: date, words: Vocabulary) -> tuple[Days, int] | None:
    """The day at a position that is written in one with a part of the day."""
    return _first(glued_patterns(words.language), plain, position, today, "", words)


def _first(
    patterns: tuple[tuple[str, re.Pattern[str]], ...],
    plain: str,
    position: int,
    today: date,
    region: str,
    words: Vocabulary,
) -> tuple[Days, int] | None:
    for kind, pattern in patterns:
        if found := pattern.match(plain, position):
            days = _BUILDERS[kind](_Named(found, today, region, words))
            if days:
                return days, found.end()
    return None


def one_day(day: date, *, is_today: bool = False) -> Days:
    return Days(day, day + timedelta(days=1), "day", is_today=is_today)


def _relative_day(named: _Named) -> Days:
    ahead = named.words.days.value(named["day"])
    return one_day(named.today + timedelta(days=ahead), is_today=ahead == 0)


def _weekday(named: _Named) -> Days:
    weekday = named.words.weekdays.value(named["weekday"])
    which = named.which(named.words.which)
    until = (weekday - named.today.weekday()) % 7
    ahead = {
        None: until or 7,
        "this": until,
        "coming": until or 7,
        "next": 7 - named.today.weekday() + weekday,
        "after_next": 14 - named.today.weekday() + weekday,
    }[which]
    if named["later"]:
        ahead += named.words.weekday_later.value(named["later"])
    day = named.today + timedelta(days=ahead)
    settled = which or named["later"]
    return Days(day, day + timedelta(days=1), "day", weekday=None if settled else weekday)


def _numbered_weekday(named: _Named) -> Days | None:
    """ "Martes 24": a date if that day of a month to come is such a weekday, else an hour."""
    weekday, number = named.words.weekdays.value(named["weekday"]), int(named["day"])
    month = named.today.replace(day=1)
    for _ in range(_MONTHS_AHEAD):
        day = _date(month.year, month.month, number)
        if day and day >= named.today and day.weekday() == weekday:
            return one_day(day, is_today=day == named.today)
        month = _next_month(month)
    return None


def _weeks_from(named: _Named) -> Days | None:
    """ "A week from tuesday", "two weeks on friday": so long after the coming one."""
    position = named.found.end("lead")
    start = days_at(named.found.string, position, named.today, named.region, named.words)
    if not start or start[1] != named.found.end():
        return None
    count = named["count"] or "a"
    weeks = int(count) if count.isdigit() else named.words.counts.value(count)
    if "fortnight" in named.words.units.value(named["unit"]):
        weeks *= 2
    return one_day(start[0].first + timedelta(days=round(7 * weeks)))


def _nth_of_month(named: _Named) -> Days | None:
    """ "The first week of december", "the last friday of the month"."""
    if named["month"]:
        month = named.words.months.value(named["month"])
        first = date(named.today.year + (month < named.today.month), month, 1)
    else:
        first = named.today.replace(day=1)
        if named.which(named.words.which_span) in ("next", "coming"):
            first = _next_month(first)
    last = _next_month(first)
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


def _feast(named: _Named) -> Days | None:
    month, day = named.words.feasts.value(named["feast"])
    return _dated(named.today, day, month, None)


def _weekdays(named: _Named) -> Days:
    """ "Mon-fri" and "weekdays": the coming days from the first named to the last."""
    read = named.words.weekdays.value
    first, last = (read(named["first"]), read(named["last"])) if named["first"] else (0, 4)
    start = named.today + timedelta(days=(first - named.today.weekday()) % 7 or 7)
    return Days(start, start + timedelta(days=(last - first) % 7 + 1), "day")


def _weekend(named: _Named) -> Days:
    monday = _monday(named.today)
    which = named.which(named.words.which_span)
    monday += timedelta(days={"next": 7, "after_next": 14}.get(which or "", 0))
    if named["later"]:
        monday += timedelta(days=named.words.weekend_later.value(named["later"]))
    first = max(named.today, monday + timedelta(days=5))
    return Days(first, monday + timedelta(days=7), "day")


def _week(named: _Named) -> Days:
    monday = _monday(named.today)
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


def _this_month(named: _Named) -> Days:
    start = named.today.replace(day=1)
    following = _next_month(start)
    if named.which(named.words.which_span) in ("next", "coming"):
        first, last = following, _next_month(following)
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


def _month_alone(named: _Named) -> Days | None:
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
    last = _next_month(first)
    return _edge_of_month(named.edge(), max(first, today) if last > today else first, last)


def _month_day(named: _Named) -> Days | None:
    month = named.words.months.value(named["month"])
    days = _dated(named.today, named.number(), month, _year(named["year"]))
    return replace(days, dated=True) if days else None


def _numeric(named: _Named) -> Days | None:
    a, b, year = int(named["a"]), int(named["b"]), _year(named["year"])
    if (a, b) == (24, 7) and year is None:
        return None  # round the clock
    month_first = named.region in MONTH_FIRST and named["sep"] != "."
    month, day = (a, b) if month_first else (b, a)
    if month > 12 >= day:
        month, day = day, month
    return _dated(named.today, day, month, year)


def _dotted(named: _Named) -> Days | None:
    """ "Am 3.12": without a word that leads to a date it may be a price or an hour."""
    start = named.found.start()
    lead = dot_date_lead(named.words.language)
    led = lead.search(named.found.string, max(0, start - _LOOK_BACK), start)
    return _numeric(named) if led else None


def _iso(named: _Named) -> Days | None:
    return _dated(named.today, int(named["day"]), int(named["month"]), int(named["year"]))


def _day_of_month(named: _Named) -> Days | None:
    number, today = named.number(), named.today
    if number <= _MOST_OPTIONS and not named["day"][0].isdigit():
        return None  # "the second" is the second of some choices
    if named["day"].isdigit() and not may_be_hour(
        named.found.string, named.found.end(), named.words
    ):
        return None  # a count of what follows
    start = today.replace(day=1)
    for _ in range(_MONTHS_AHEAD):
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


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


_BUILDERS: dict[str, Callable[[_Named], Days | None]] = {
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
    "dotted": _dotted,
    "numbered_weekday": _numbered_weekday,
    "month_alone": _month_alone,
    "day_of_month": _day_of_month,
}

"""The words that name a day, and the arithmetic of the calendar that they are read with."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.calendar_file import Edge, Which
from segue_dialogue.understanding.times.vocabulary import Table, Vocabulary

_MONTHS_AHEAD = 4  # the furthest a number can lie that only some months have


@dataclass(frozen=True)
class NamedDay:
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
        return self.words.which.get(self["cue"].strip()) == which

    def number(self) -> int:
        """The day of the month, in digits or as an ordinal."""
        digits = re.match(r"\d+", self["day"])
        return int(digits[0]) if digits else self.words.ordinals.value(self["day"])


def one_day(day: date, *, is_today: bool = False) -> Days:
    return Days(day, day + timedelta(days=1), "day", is_today=is_today)


def coming_date(today: date, day: int, month: int, year: int | None) -> Days | None:
    """That day of that year, or where none was said the next one to come."""
    if year is not None:
        exact = date_or_none(year, month, day)
        return one_day(exact, is_today=exact == today) if exact else None
    # Eight years reach the next 29 February from any day.
    for candidate in range(today.year, today.year + 9):
        coming = date_or_none(candidate, month, day)
        if coming and coming >= today:
            return one_day(coming, is_today=coming == today)
    return None


def date_or_none(year: int, month: int, day: int) -> date | None:
    """That day, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def monday_of(day: date) -> date:
    """The Monday of that week."""
    return day - timedelta(days=day.weekday())


def full_year(written: str | None) -> int | None:
    """A year as written, of two digits or four."""
    if not written:
        return None
    year = int(written)
    return year + 2000 if year < 100 else year


def coming_number(number: int, today: date) -> Days | None:
    """The next day of a month with this number."""
    start = today.replace(day=1)
    for _ in range(_MONTHS_AHEAD):
        day = date_or_none(start.year, start.month, number)
        if day and day >= today:
            return replace(one_day(day, is_today=day == today), number=number)
        start = next_month(start)
    return None


def month_day(named: NamedDay) -> Days | None:
    """ "12 May": the next one to come, unless the year was said."""
    month = named.words.months.value(named["month"])
    year = full_year(named.found.groupdict().get("year"))
    days = coming_date(named.today, named.number(), month, year)
    return replace(days, dated=True) if days else None


def numbered_weekday(named: NamedDay) -> Days | None:
    """ "Martes 24": a date if that day of a month to come is such a weekday, else an hour."""
    weekday, number = named.words.weekdays.value(named["weekday"]), int(named["day"])
    month = named.today.replace(day=1)
    for _ in range(_MONTHS_AHEAD):
        day = date_or_none(month.year, month.month, number)
        if day and day >= named.today and day.weekday() == weekday:
            return one_day(day, is_today=day == named.today)
        month = next_month(month)
    return None

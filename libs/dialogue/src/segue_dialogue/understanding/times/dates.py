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
from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import Days
from segue_dialogue.understanding.times.clock_words import may_be_hour
from segue_dialogue.understanding.times.date_patterns import (
    date_patterns,
    dot_date_lead,
    glued_patterns,
)
from segue_dialogue.understanding.times.day_words import (
    NamedDay,
    coming_date,
    coming_number,
    full_year,
    month_day,
    numbered_weekday,
    one_day,
)
from segue_dialogue.understanding.times.stretches import (
    month_alone,
    nth_of_month,
    this_month,
    week,
    week_of,
    weekdays,
    weekend,
)
from segue_dialogue.understanding.times.vocabulary import Vocabulary

# Regions that write the month first; everybody else writes the day first.
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH", "BZ"})
_MOST_OPTIONS = 5
_LOOK_BACK = 16


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
            days = _BUILDERS[kind](NamedDay(found, today, region, words))
            if days:
                return days, found.end()
    return None


def _relative_day(named: NamedDay) -> Days:
    ahead = named.words.days.value(named["day"])
    return one_day(named.today + timedelta(days=ahead), is_today=ahead == 0)


def _weekday(named: NamedDay) -> Days:
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


def _weeks_from(named: NamedDay) -> Days | None:
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


def _feast(named: NamedDay) -> Days | None:
    month, day = named.words.feasts.value(named["feast"])
    return coming_date(named.today, day, month, None)


def _numeric(named: NamedDay) -> Days | None:
    a, b, year = int(named["a"]), int(named["b"]), full_year(named["year"])
    if (a, b) == (24, 7) and year is None:
        return None  # round the clock
    month_first = named.region in MONTH_FIRST and named["sep"] != "."
    month, day = (a, b) if month_first else (b, a)
    if month > 12 >= day:
        month, day = day, month
    return coming_date(named.today, day, month, year)


def _dotted(named: NamedDay) -> Days | None:
    """ "Am 3.12": without a word that leads to a date it may be a price or an hour."""
    start = named.found.start()
    lead = dot_date_lead(named.words.language)
    led = lead.search(named.found.string, max(0, start - _LOOK_BACK), start)
    return _numeric(named) if led else None


def _iso(named: NamedDay) -> Days | None:
    return coming_date(named.today, int(named["day"]), int(named["month"]), int(named["year"]))


def _day_of_month(named: NamedDay) -> Days | None:
    number, today = named.number(), named.today
    if number <= _MOST_OPTIONS and not named["day"][0].isdigit():
        return None  # "the second" is the second of some choices
    if named["day"].isdigit() and not may_be_hour(
        named.found.string, named.found.end(), named.words
    ):
        return None  # a count of what follows
    return coming_number(number, today)


_BUILDERS: dict[str, Callable[[NamedDay], Days | None]] = {
    "nth_of_month": nth_of_month,
    "weeks_from": _weeks_from,
    "week_of": week_of,
    "feast": _feast,
    "iso": _iso,
    "relative_day": _relative_day,
    "weekdays": weekdays,
    "weekday": _weekday,
    "weekend": weekend,
    "week": week,
    "this_month": this_month,
    "month_day": month_day,
    "numeric": _numeric,
    "dotted": _dotted,
    "numbered_weekday": numbered_weekday,
    "month_alone": month_alone,
    "day_of_month": _day_of_month,
}

"""What names of days look like in a language: the patterns that `dates` builds days from."""

import re
from functools import cache

from segue_dialogue.understanding.times.vocabulary import Vocabulary, vocabulary

_NUMBER = r"(?:[0-2]?\d|3[01])"


@cache
def date_patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds of day names with what they look like, in the order in which they are tried."""
    words = vocabulary(language)
    rules = [*_counted_and_named(words), *_weekdays(words), *_stretches(words), *_dates(words)]
    return tuple((kind, re.compile(rf"{text}(?!\w)")) for kind, text in rules)


@cache
def glued_patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Days written in one with a part of the day: "maandagochtend", "Dienstagabend"."""
    get = vocabulary(language).fragment
    part = rf"(?={get('parts_glued')}(?!\w))"
    return (
        ("relative_day", re.compile(rf"(?P<day>{get('days')}){part}")),
        ("weekday", re.compile(rf"(?:(?P<which>{get('which')})\s+)?(?P<weekday>{get('weekdays')})"
                               rf"(?P<later>)(?P<which_after>){part}")),
    )  # fmt: skip


@cache
def dot_date_lead(language: str) -> re.Pattern[str]:
    """What leads to a day and month with a dot between: "am 3.12"."""
    return re.compile(rf"(?<!\w){vocabulary(language).fragment('dot_date_lead')}\s*$")


def _counted_and_named(words: Vocabulary) -> list[tuple[str, str]]:
    get = words.fragment
    weekday, week, month = get("weekdays"), get("week"), get("month")
    which = rf"(?:(?P<which>{get('which_span')})\s+)?"
    after = rf"(?:\s+(?P<which_after>{get('which_after')}))?"
    return [
        ("nth_of_month", rf"(?:{get('the')}\s+)?(?P<nth>{get('nth')})\s+"
         rf"(?:(?P<weekday>{weekday})|(?P<weekend>{get('weekend')})|{week})\s+"
         rf"(?:{get('of_month')}\s+)?(?:{which}{month}{after}|(?P<month>{get('months')})\b)"),
        ("week_of", rf"(?:{get('the')}\s+)?{get('week_of')}\s+"
         rf"(?P<day>{_NUMBER}(?:\s?{get('day_suffix')})?)"
         rf"(?![\d:])(?:\s+(?:{get('of')}\s+)?(?P<month>{get('months')})\b)?"),
        ("weeks_from", rf"(?P<lead>{get('weeks_before')}\s+)(?:{get('which_span')}\s+)?"
         rf"(?:{weekday}|{get('days')})"),
        ("feast", rf"(?P<feast>{get('feasts')})"),
        ("iso", r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
        ("relative_day", rf"(?:{get('the')}\s+)?(?P<day>{get('days')})"),
    ]  # fmt: skip


def _weekdays(words: Vocabulary) -> list[tuple[str, str]]:
    get = words.fragment
    weekday = get("weekdays")
    clock = rf"\s*(?:[:.]\d|[hu]\s?\d|{get('oclock')}|{get('hours_word')}|{get('am')}|{get('pm')})"
    month = rf"\s*(?:{get('of')}\s+)?{get('months')}"
    return [
        ("weekdays", rf"(?:(?P<first>{weekday})\s*(?:-|{get('to')})\s*"
         rf"(?:{get('the')}\s+)?(?P<last>{weekday})|{get('workdays')})"),
        ("numbered_weekday", rf"(?P<weekday>{weekday}),?\s+(?P<day>{_NUMBER})"
         rf"{get('weekday_number')}(?!{clock}|\d|\s?\d{{1,2}}\.|{month}|/|-\d)"),
        ("weekday", rf"(?:(?P<which>{get('which')})\s+)?(?P<weekday>{weekday})\.?"
         rf"(?:\s+(?P<later>{get('weekday_later')})(?!\w))?"
         rf"(?:\s+(?P<which_after>{get('which_after')}))?"),
    ]  # fmt: skip


def _stretches(words: Vocabulary) -> list[tuple[str, str]]:
    """Weekends, weeks and months. One of them alone names no time: something says which."""
    get = words.fragment
    edge = rf"(?:{get('the')}\s+)?(?P<edge>{get('edges')})[\s-]*(?:{get('edge_link')}\s+)?"
    which = rf"(?P<which>{get('which_span')})\s+"
    after = rf"(?P<which_after>{get('which_after')})"
    behind = rf"\s+(?P<edge_after>{get('edges_after')})"
    rules = [
        ("weekend", rf"(?:{get('the')}\s*)?(?:(?P<which>{get('which_span')})\s*)?{get('weekend')}"
         rf"(?:\s+(?:{after}|(?P<later>{get('weekend_later')})))?"),
    ]  # fmt: skip
    for kind, unit in (("week", get("week")), ("this_month", get("month"))):
        later = rf"(?:\s+(?P<later>{get('week_later')}))?" if kind == "week" else "(?P<later>)?"
        rules += [
            (kind, rf"(?P<edge>){which}{unit}(?P<which_after>){behind}(?P<later>)?"),
            (kind, rf"(?:{edge})?{which}{unit}(?:\s+{after})?{later}"),
            (kind, rf"(?:{edge})?(?P<which>)(?:{get('the')}\s+)?{unit}\s+{after}(?P<later>)?"),
            (kind, rf"{edge}(?P<which>){unit}(?P<which_after>)(?P<later>)?"),
            (kind, rf"(?P<edge>)(?P<which>){unit}(?P<which_after>){behind}(?P<later>)?"),
        ]
    return rules


def _dates(words: Vocabulary) -> list[tuple[str, str]]:
    get = words.fragment
    month, ordinal, suffix = get("months"), get("ordinals"), get("day_suffix")
    day = rf"{_NUMBER}(?:\s?{suffix})?(?![\d:%]|[.,]\d)"
    year = rf"(?:,?\s+(?:{get('year_lead')}\s+)?(?P<year>20\d\d)(?!\d))?"
    of, the = rf"(?:{get('of')}\s+)?", rf"(?:{get('the')}\s+)?"
    half = rf"(?!\s?(?:{get('am')}|{get('pm')}))"
    edge = rf"(?:{the}(?P<edge>{get('edges')})[\s-]*(?:{get('edge_link')}\s+)?)?"
    fraction = rf"(?!\s*{get('not_a_fraction')})"
    month_then_day = ("month_day", rf"(?P<month>{month})\.?\s+{the}"
                      rf"(?P<day>{day}|{ordinal})(?!\w){half}{year}")  # fmt: skip
    return [
        *([month_then_day] if words.calendar.month_first else []),
        ("month_day", rf"{the}(?P<day>{day}|{ordinal})\s*(?<![^\W\d_]){of}(?P<month>{month})\b\.?"
         rf"{year}"),
        ("numeric", r"(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})"
         r"(?:(?P=sep)(?P<year>20\d\d|\d\d))(?![\d/])"),
        ("numeric", r"(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})(?![\d/%])(?P<year>(?!))?" + fraction),
        ("numeric", r"(?P<a>\d{1,2})(?P<sep>\.)\s?(?P<b>\d{1,2})\.(?P<year>20\d\d|\d\d)?(?![\d.])"),
        ("numeric", r"(?P<a>\d{1,2})(?P<sep>\.)(?P<b>\d{1,2})\.(?P<year>20\d\d)(?![\d.])"),
        ("dotted", r"(?P<a>\d{1,2})(?P<sep>\.)(?P<b>\d{1,2})(?P<year>(?!))?(?![\d.%])"),
        *(("day_of_month", rf"{pattern}(?!\w|[.,:]\d)(?!{get('not_a_date')})")
          for pattern in words.entries("day_of_month")),
        ("month_alone", rf"{edge}(?P<cue>{get('month_cue')}\s+)?(?P<month>{month})\b\.?"
         rf"(?!\s+\d{{1,2}}(?!\d))(?:\s+{of}(?P<year>20\d\d))?"
         rf"(?:\s+(?P<edge_after>{get('edges_after')}))?"),
    ]  # fmt: skip

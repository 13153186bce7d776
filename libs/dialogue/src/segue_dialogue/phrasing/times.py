"""Days, times and slots, as people of a language write them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import babel.dates
from babel import Locale

from segue_dialogue.phrasing.formats import join_or, plain_spaces, spoken_locale
from segue_dialogue.phrasing.phrasebook import phrasebook

# Best first; CLDR expects the fields of the nearest skeleton to be widened to what was wanted
# (Unicode TR35-dates, "Matching Skeletons").
_SKELETONS = ("MMMMEEEEd", "MMMMEd", "MMMEd")
_WEEKDAY = re.compile(r"E+|c+")
_MONTH = re.compile(r"(M|L){3,}")
_QUOTED = re.compile(r"('[^']*')")
# Beyond this a weekday and a day no longer say which year is meant.
_YEAR_AFTER = timedelta(days=300)


def format_time(dt: datetime, language: str) -> str:
    """`3:00 PM`, `15:00`: the time of day as it stands on the clock of `dt`'s own zone."""
    return plain_spaces(
        babel.dates.format_time(dt.replace(tzinfo=None), "short", locale=spoken_locale(language))
    )


def format_day(day: date, language: str, *, today: date) -> str:
    """`today`, `tomorrow`, `Tuesday 3 December`; `today` is the reader's date."""
    day = day.date() if isinstance(day, datetime) else day
    if day == today:
        return phrasebook().say("format.today", language)
    if day == today + timedelta(days=1):
        return phrasebook().say("format.tomorrow", language)
    locale = spoken_locale(language)
    far = abs(day - today) > _YEAR_AFTER
    pattern = "full" if far else _day_pattern(locale)
    return plain_spaces(babel.dates.format_date(day, pattern, locale=locale))


def format_slot(start: datetime, language: str, *, today: date) -> str:
    """`Tuesday 3 December at 15:00`, in the zone that `start` is in."""
    return _slots_of_day([start], language, today)


def format_slots(starts: Iterable[datetime], language: str, *, today: date) -> str:
    """Several offers, days joined once: `tomorrow at 9:00 or 10:00; Tuesday 3 December at 9:00`."""
    ordered = sorted(starts)
    days = [
        _slots_of_day(list(group), language, today)
        for _, group in groupby(ordered, key=lambda start: start.date())
    ]
    if not days:
        return ""
    text = days[0]
    for following in days[1:]:
        text = phrasebook().say("format.slots", language, first=text, second=following)
    return text


def _slots_of_day(starts: Sequence[datetime], language: str, today: date) -> str:
    day = format_day(starts[0], language, today=today)
    times = join_or([format_time(start, language) for start in starts], language)
    hour = _hour_shown(starts[0], language)
    return phrasebook().say_count("format.slot", language, hour, day=day, time=times)


def _hour_shown(start: datetime, language: str) -> int:
    """The hour as its readers see it: 13:00 is one in the afternoon on a 12-hour clock."""
    twelve = re.search(r"[hK]", spoken_locale(language).time_formats["short"].pattern)
    return start.hour % 12 or 12 if twelve else start.hour


def _day_pattern(locale: Locale) -> str:
    """Weekday, day and month in full, in the order that the locale puts them."""
    skeletons = locale.datetime_skeletons
    found = next((name for name in _SKELETONS if name in skeletons), None)
    if found is None:
        return "full"
    return "".join(
        part if part.startswith("'") else _widened(part)
        for part in _QUOTED.split(skeletons[found].pattern)
    )


def _widened(part: str) -> str:
    part = _WEEKDAY.sub(lambda match: match.group()[0] * 4, part)
    return _MONTH.sub(lambda match: match.group()[0] * 4, part)

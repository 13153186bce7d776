"""Reading times counted from now: in an hour, in 20 minutes, dans 3 jours, two weeks from now."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache

from segue_dialogue.understanding.models import Grain
from segue_dialogue.understanding.times.atoms import Days, Moment
from segue_dialogue.understanding.times.day_words import one_day
from segue_dialogue.understanding.times.vocabulary import Vocabulary, vocabulary

_FAR = 1200  # units; more than this is no appointment
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}


def moment_at(
    plain: str, position: int, now: datetime, words: Vocabulary
) -> tuple[Moment | Days, int] | None:
    """The time counted from `now` that is named at a position, with where the words end."""
    led, behind = moment_patterns(words.language)
    found = led.match(plain, position) or behind.match(plain, position)
    if not found:
        return None
    own, unit = _unit(words.units.value(found["unit"]))
    number = own * _count(found["count"], words) + (0.5 if found["more"] else 0)
    if number > _FAR:
        return None
    return _counted(number, unit, now, span=bool(found["within"])), found.end()


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


def _unit(meaning: str) -> tuple[float, str]:
    """A unit with the number that its word holds, as a dual does: ("2 day")."""
    number, _, unit = meaning.rpartition(" ")
    return float(number or 1), unit


def _count(word: str | None, words: Vocabulary) -> float:
    if not word:
        return 1
    return float(word) if word[0].isdigit() else words.counts.value(word)


@cache
def moment_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A count after the word that leads to it, and before the one that follows it."""
    get = vocabulary(language).fragment
    count = rf"(?P<count>\d{{1,4}}(?!\d)|{get('counts')}(?!\w))"
    unit = rf"(?P<unit>{get('units')})(?!\w)(?P<more>\s+{get('and_a_half')}(?!\w))?"
    led = (
        rf"(?:(?P<within>{get('within')})|{get('counted')})\s+"
        rf"(?:{get('about_count')}\s+)?(?:{count}\s*)?{unit}"
    )
    behind = rf"(?P<within>(?!))?{count}\s*{unit}\s+{get('from_now')}(?!\w)"
    return re.compile(led), re.compile(behind)

"""Turning named times into spans of the calendar, in the zone of `now`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from segue_dialogue.understanding.models import Grain, TimeReference
from segue_dialogue.understanding.times.atoms import DAY_MINUTES, Clock, ClockSpan, Days
from segue_dialogue.understanding.times.clocks import minutes, span_minutes
from segue_dialogue.understanding.times.combine import Named

_MOST_DAYS = 7  # "mornings next week" is one span a day, "mornings in June" is June


def resolve(named: Named, quote: str, now: datetime) -> Iterator[TimeReference]:
    """The spans that a named time stands for; usually one, one a day for "mornings next week"."""
    if named.moment:
        moment = named.moment
        yield TimeReference(start=moment.start, end=moment.end, grain=moment.grain, quote=quote)
        return
    days = named.days
    if not (named.part or named.clock) and days:
        yield _whole(days, quote, now)
        return
    if days and (days.last - days.first).days > _MOST_DAYS:
        yield _whole(days, quote, now)
        return
    for day in _days(named, now):
        yield _within(day, named, quote, now)


def _whole(days: Days, quote: str, now: datetime) -> TimeReference:
    return TimeReference(
        start=_at(days.first, 0, now), end=_at(days.last, 0, now), grain=days.grain, quote=quote
    )


def _days(named: Named, now: datetime) -> list[date]:
    if named.days:
        length = (named.days.last - named.days.first).days
        return [named.days.first + timedelta(days=i) for i in range(length)]
    # Without a day it is the next time that this comes round.
    today = now.date()
    start, end, _ = _span(named, -1)
    passed = now.hour * 60 + now.minute
    over = passed >= (end if end - start > 60 else start + (start == passed))
    return [today + timedelta(days=1) if over else today]


def _within(day: date, named: Named, quote: str, now: datetime) -> TimeReference:
    passed = now.hour * 60 + now.minute if day == now.date() else -1
    named_today = named.days is not None and named.days.is_today
    start, end, grain = _span(named, passed if named_today else -1)
    return TimeReference(start=_at(day, start, now), end=_end(day, start, end, now),
                         grain=grain, quote=quote)  # fmt: skip


def _span(named: Named, passed: int) -> tuple[int, int, Grain]:
    """Minutes of the day, [start, end), and how exactly they were said."""
    clock, part = named.clock, named.part
    if isinstance(clock, Clock):
        start = minutes(clock, part, passed=passed)
        if clock.exact and not clock.vague:
            return start, start + 1, "minute"
        return start, start + 60, "hour"
    if isinstance(clock, ClockSpan):
        first, last = span_minutes(clock, part, passed=passed)
        return first, last, "hour" if clock.start and clock.end else "part_of_day"
    assert part is not None
    return part.start, part.end, "part_of_day"


def _at(day: date, minute: int, now: datetime) -> datetime:
    """A wall-clock time; one that the clocks skip moves on by the hour that was skipped."""
    day += timedelta(days=minute // DAY_MINUTES)
    minute %= DAY_MINUTES
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=now.tzinfo)
    return wall.astimezone(UTC).astimezone(now.tzinfo)


def _end(day: date, start: int, end: int, now: datetime) -> datetime:
    if end - start <= 60:
        # Through UTC, so that an hour is an hour on the night the clocks change.
        begin = _at(day, start, now).astimezone(UTC)
        return (begin + timedelta(minutes=end - start)).astimezone(now.tzinfo)
    return _at(day, end, now)

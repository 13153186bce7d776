"""The pieces that a time is put together from: days, parts of a day, clock times, moments."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from segue_dialogue.understanding.models import Grain

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Days:
    """The days [first, last). A weekday or a number gives way to what is named beside it."""

    first: date
    last: date
    grain: Grain
    weekday: int | None = None
    is_today: bool = False
    number: int | None = None  # a day of the month whose month wasn't said
    dated: bool = False  # a month and a day: a number after it may be another day


@dataclass(frozen=True)
class Part:
    """A part of a day in minutes since midnight, [start, end)."""

    start: int
    end: int

    @property
    def is_late(self) -> bool:
        """Whether a bare hour beside it is after noon."""
        return self.start >= 12 * 60

    @property
    def is_night(self) -> bool:
        """Whether twelve in it is midnight."""
        return self.start >= 18 * 60


@dataclass(frozen=True)
class DayPart:
    """A day with its part in one word: tonight, this morning."""

    days: Days
    part: Part


@dataclass(frozen=True)
class Clock:
    """A time on the clock as said; `half` is am or pm where that was said."""

    hour: int
    minute: int
    exact: bool  # minutes were said
    half: Literal["am", "pm"] | None = None
    literal: bool = False  # 24-hour notation
    vague: bool = False  # "3ish", "around 3"
    weak: bool = False  # a bare number: a time only in company


@dataclass(frozen=True)
class ClockSpan:
    """From one clock time to another; an end that is None is open."""

    start: Clock | None
    end: Clock | None


@dataclass(frozen=True)
class Moment:
    """A stretch of absolute time, already resolved ("in an hour")."""

    start: datetime
    end: datetime
    grain: Grain


@dataclass(frozen=True)
class Past:
    """Something that was: recognised so that it isn't read as something to come."""


@dataclass(frozen=True)
class Atom:
    """A piece and where it stands in the message; `cued` when "at" or the like leads to it."""

    piece: Days | Part | DayPart | Clock | ClockSpan | Moment | Past
    start: int
    end: int
    cued: bool = False

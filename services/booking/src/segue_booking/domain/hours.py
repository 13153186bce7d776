"""Weekly opening hours, as a business writes them and as minutes after local midnight."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60

_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class HoursError(ValueError):
    """Opening hours that can't be read; says which entry and why."""

    def __init__(self, entry: str, reason: str) -> None:
        super().__init__(f"hours {entry!r}: {reason}")
        self.entry = entry
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class OpenTime:
    """Minutes after local midnight; `closes` may be 1440, the midnight that ends the day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The open times of each weekday, Monday first, in order and apart."""

    days: tuple[tuple[OpenTime, ...], ...]

    @classmethod
    def parse(cls, written: Mapping[str, str]) -> "WeeklyHours":
        """Read `{"mon-fri": "09:00-17:00", "sat": "10:00-13:00,14:00-16:00"}`.

        Keys are days, ranges of days (`sat-mon` runs over the week's end) or lists of both
        (`mon,wed-fri`); a value is a list of times or `closed`; a day not named is closed.
        `24:00` ends a day; hours over midnight are two entries. Raises `HoursError`.
        """
        days: dict[int, tuple[OpenTime, ...]] = {}
        for entry, value in written.items():
            times = _read_times(entry, value)
            for day in _read_days(entry):
                if day in days:
                    raise HoursError(entry, f"{DAYS[day]} is given twice")
                days[day] = times
        return cls(tuple(days.get(day, ()) for day in range(len(DAYS))))

    def on(self, weekday: int) -> tuple[OpenTime, ...]:
        """The open times of a weekday, 0 being Monday as in `date.weekday()`."""
        return self.days[weekday]


def _read_days(entry: str) -> Iterator[int]:
    for part in entry.lower().split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise HoursError(entry, f"{name!r} is not a day ({', '.join(DAYS)})")
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % len(DAYS) if dash else 0
        yield from ((start + step) % len(DAYS) for step in range(length + 1))


def _read_times(entry: str, value: str) -> tuple[OpenTime, ...]:
    if value.strip().lower() == "closed":
        return ()
    times = tuple(sorted(_read_time(entry, part.strip()) for part in value.split(",")))
    for earlier, later in pairwise(times):
        if later.opens < earlier.closes:
            raise HoursError(entry, f"{value!r} has times that overlap")
    return times


def _read_time(entry: str, text: str) -> OpenTime:
    found = _TIMES.fullmatch(text)
    if not found:
        raise HoursError(entry, f"{text!r} is not HH:MM-HH:MM")
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or max(opens, closes) > MINUTES_A_DAY:
        raise HoursError(entry, f"{text!r} is not a time of day")
    if closes <= opens:
        raise HoursError(
            entry, f"{text!r} ends before it starts; over midnight, write 24:00 and 00:00 next day"
        )
    return OpenTime(opens, closes)

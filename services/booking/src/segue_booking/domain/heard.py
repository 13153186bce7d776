"""What the lead's new messages say about time and meetings, taken together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cue
from segue_booking.domain.vocabulary import ALWAYS, any_language, spoken, whole, words

_HOUR = timedelta(hours=1)
_DAY_NUMBERS = re.compile(r"\d[/-]\d|\d{1,2}\.\d{1,2}\.")
_CLAUSE_ENDS = r"[,;.!?\n،؛؟।]+\s|\s[-–—]\s"


@dataclass(frozen=True, slots=True)
class Named:
    """A time that was named, in the lead's words."""

    wish: Wish
    quote: str

    @property
    def names_day(self) -> bool:
        """Whether the words say which day, or only a time of day."""
        quote = self.quote.lower()
        return bool(any_language("days").search(quote) or _DAY_NUMBERS.search(quote))

    @property
    def exact(self) -> bool:
        """Whether one moment is named ("at three", "10:30"), not a stretch."""
        return self.wish.clock_time and self.wish.window.end - self.wish.window.start <= _HOUR


@dataclass(frozen=True, slots=True)
class Heard:
    """All new messages of a turn as one; where they contradict each other the later one counts.

    `turned_down` are times that don't suit; `digit` is a message that is one digit and no more;
    `shift` moves the time in hand ("the week after").
    """

    text: str = ""
    times: tuple[Named, ...] = ()
    turned_down: tuple[Named, ...] = ()
    answer: Literal["yes", "no"] | None = None
    ordinal: int | None = None
    cues: frozenset[Cue] = frozenset()
    intent: str = "book"
    confidence: float = 1.0
    digit: int | None = None
    thanks: bool = False
    shift: timedelta | None = None
    emergency: bool = False

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The times that are wanted."""
        return tuple(named.wish for named in self.times)

    @property
    def moment(self) -> datetime | None:
        """The one exact time that is wanted, if it is the only one and its day was named too."""
        only = self._only_exact
        return only.wish.window.start if only and only.names_day else None

    @property
    def clock(self) -> datetime | None:
        """The one exact time of day that is wanted, where the day was left open."""
        only = self._only_exact
        return only.wish.window.start if only and not only.names_day else None

    @property
    def _only_exact(self) -> Named | None:
        if len(self.times) != 1 or Cue.ROUGHLY in self.cues:
            return None
        return self.times[0] if self.times[0].exact else None

    def says(self, *cues: Cue) -> bool:
        """Whether any of these cues was heard."""
        return not self.cues.isdisjoint(cues)


def sort_out(
    text: str, times: Sequence[Named], language: str = ALWAYS
) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The times that are wanted, and those that don't suit ("I can't on Tuesday, but...")."""
    codes = spoken(language)
    refused = [
        clause
        for clause in _clauses(codes).split(text.replace("’", "'").lower())
        if any(whole(code, "unsuited").search(clause) for code in codes)
    ]
    down = tuple(
        named
        for named in times
        if any(named.quote.lower().replace("’", "'") in clause for clause in refused)
    )
    return tuple(named for named in times if named not in down), down


@cache
def _clauses(codes: tuple[str, ...]) -> re.Pattern[str]:
    but = "|".join(found for code in codes if (found := words(code, "but")))
    return re.compile(rf"{_CLAUSE_ENDS}|\s(?:{but})\s")

"""What the lead's new messages say about time and meetings, taken together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cue

_HOUR = timedelta(hours=1)
_DAY_WORDS = re.compile(
    r"(?<!\w)(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|today"
    r"|tonight|tomorrow|tmrw|tmr|week|weekend|month|day|morrow|next|in \d|\d{1,2}(?:st|nd|rd|th))"
    r"|\d[/-]\d|\d{1,2}\.\d{1,2}\."
)
_CLAUSES = re.compile(r"[,;.!?\n]+\s|\s(?:but|instead of|rather than|pero)\s|\s[-–—]\s")
_NEGATION = re.compile(
    r"(?<!\w)(?:can'?t|cannot|can not|won'?t|don'?t|doesn'?t|isn'?t|not|no longer|busy|unavailable"
    r"|except|away|impossible|no puedo|ocupad[ao])(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A time that was named, in the lead's words."""

    wish: Wish
    quote: str

    @property
    def names_day(self) -> bool:
        """Whether the words say which day, or only a time of day."""
        return bool(_DAY_WORDS.search(self.quote.lower()))

    @property
    def exact(self) -> bool:
        """Whether one moment is named ("at three", "10:30"), not a stretch."""
        return self.wish.clock_time and self.wish.window.end - self.wish.window.start <= _HOUR


@dataclass(frozen=True, slots=True)
class Heard:
    """All new messages of a turn as one; where they contradict each other the later one counts."""

    text: str = ""
    times: tuple[Named, ...] = ()
    turned_down: bool = False
    answer: Literal["yes", "no"] | None = None
    ordinal: int | None = None
    cues: frozenset[Cue] = frozenset()
    intent: str = "book"
    confidence: float = 1.0
    thanks: bool = False

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The times that are wanted."""
        return tuple(named.wish for named in self.times)

    @property
    def moment(self) -> datetime | None:
        """The one exact time that is wanted, if it is the only one and its day was named too."""
        if len(self.times) != 1 or Cue.ROUGHLY in self.cues:
            return None
        only = self.times[0]
        return only.wish.window.start if only.exact and only.names_day else None

    def says(self, *cues: Cue) -> bool:
        """Whether any of these cues was heard."""
        return not self.cues.isdisjoint(cues)


def wanted(text: str, times: Sequence[Named]) -> tuple[Named, ...]:
    """The times without those that the message turns down ("I can't on Tuesday, but...")."""
    refused = [
        clause.lower()
        for clause in _CLAUSES.split(text.replace("’", "'"))
        if _NEGATION.search(clause.lower())
    ]
    return tuple(
        named
        for named in times
        if not any(named.quote.lower().replace("’", "'") in clause for clause in refused)
    )

"""Puts lines into words of a language, from the message catalogues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from segue_dialogue.phrasing import format_slot, format_slots, join_or, phrasebook


@dataclass(frozen=True)
class Line:
    """A phrase by key. Starts are worded in the calendar's zone, names as a choice."""

    key: str
    slot: datetime | None = None
    slots: Sequence[datetime] = ()
    services: Sequence[str] = ()
    question: "Line | None" = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Voice:
    """How times are told: in the reader's language, on the clock of the calendar's zone."""

    language: str
    zone: ZoneInfo
    now: datetime

    def say(self, lines: Iterable[Line]) -> str:
        """The lines as one message."""
        return " ".join(self._say(line) for line in lines)

    def _say(self, line: Line) -> str:
        today = self.now.astimezone(self.zone).date()
        values: dict[str, object] = dict(line.values)
        if line.slot:
            slot = line.slot.astimezone(self.zone)
            values["slot"] = format_slot(slot, self.language, today=today)
        if line.slots:
            slots = [start.astimezone(self.zone) for start in line.slots]
            values["slots"] = format_slots(slots, self.language, today=today)
        if line.services:
            values["services"] = join_or(line.services, self.language)
        if line.question:
            values["question"] = self._say(line.question)
        return phrasebook().say(line.key, self.language, **values)

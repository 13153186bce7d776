"""A move: what the agent does next, in phrases by key; the words come later, per language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from segue_common.events import HandOff


@dataclass(frozen=True)
class Line:
    """One phrase of the catalogue; a datetime is a slot, `count` chooses the plural."""

    key: str
    values: "Mapping[str, str | int | datetime | Line]" = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """`asks` is counted, so that nothing is asked or offered too often; `goal` tells a language
    model what its words should do, and is empty where only our own words will do."""

    name: str
    lines: tuple[Line, ...] = ()
    question: str | None = None
    asks: str | None = None
    hand_off: HandOff | None = None
    wants_person: str | None = None
    goal: str = ""
    promises_call: bool = False

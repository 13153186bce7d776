"""What a lead can want of the booking agent, and everything that decides which it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from segue_booking.domain.choice import Wish
from segue_booking.domain.heard import Heard
from segue_booking.domain.talk import Talk


@dataclass(frozen=True, slots=True)
class Take:
    """This very time: book it at once, or move the meeting there."""

    start: datetime
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Confirm:
    """The time that is held, or that a move was proposed to."""


@dataclass(frozen=True, slots=True)
class Look:
    """Slots for these wishes; none means the next ones. A single one is proposed, not taken."""

    wishes: tuple[Wish, ...] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Narrow:
    """More than one offer fits the answer."""

    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Simply:
    """Wants that need nothing more to be known."""

    what: Literal[
        "ask_cancel", "cancel", "keep", "no_meeting", "decline", "ask_time", "past",
        "tell_meeting", "welcome", "repeat", "person",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Not a matter of booking."""

    to: Literal["sales", "support"]


Want = Take | Confirm | Look | Narrow | Simply | Elsewhere


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decides what is wanted. `meeting` is the start of the one that stands."""

    talk: Talk
    heard: Heard
    meeting: datetime | None
    zone: ZoneInfo
    now: datetime
    handed_over: bool = False

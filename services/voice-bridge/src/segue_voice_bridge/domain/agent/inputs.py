"""What reaches the agent, and what it answers."""

from dataclasses import dataclass, replace
from uuid import UUID

from segue_common.events import BookingWanted, ModelUse, Slot, SlotsWanted
from segue_common.events.bookings import BookingRefusal
from segue_common.events.calls import CallRefusal

from segue_voice_bridge.domain.agent.session import Line, Session


@dataclass(frozen=True)
class Connected:
    """The line to the person is open; a `greeting` is being played by the carrier."""

    greeting: str


@dataclass(frozen=True)
class Heard:
    """The person said this; `meant` is how a model reads words that weren't understood."""

    text: str
    meant: str | None = None


@dataclass(frozen=True)
class Pressed:
    """The person pressed a key."""

    digit: str


@dataclass(frozen=True)
class Interrupted:
    """The person spoke over the agent, of whose last words only `heard` was played."""

    heard: str


@dataclass(frozen=True)
class Quiet:
    """Nobody has said anything for a while."""


@dataclass(frozen=True)
class StillWaiting:
    """The calendar hasn't answered at once."""


@dataclass(frozen=True)
class NoAnswerCame:
    """The calendar hasn't answered for so long that the call can't wait any more."""


@dataclass(frozen=True)
class Machine:
    """An answering machine has picked up."""


@dataclass(frozen=True)
class LeaveEnded:
    """The agent may not go on with this call."""

    reason: CallRefusal


@dataclass(frozen=True)
class SlotsCame:
    """The calendar offers these times."""

    request_id: UUID
    slots: tuple[Slot, ...]
    as_wished: bool


@dataclass(frozen=True)
class Booked:
    """The meeting stands."""

    request_id: UUID
    slot: Slot


@dataclass(frozen=True)
class Refused:
    """The meeting could not be booked."""

    request_id: UUID
    reason: BookingRefusal
    alternatives: tuple[Slot, ...]


Input = (
    Connected | Heard | Pressed | Interrupted | Quiet | StillWaiting | NoAnswerCame | Machine
    | LeaveEnded | SlotsCame | Booked | Refused
)  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """The agent's answer to one input: the session after it, words to say, commands to others.

    Where `ends`, the call is over once the words have been played. `model_use` is what a model
    cost that was asked about it.
    """

    session: Session
    says: str = ""
    commands: tuple[SlotsWanted | BookingWanted, ...] = ()
    ends: bool = False
    model_use: ModelUse | None = None

    def led_in(self, words: str) -> "Turn":
        """The turn with these words said before its own; the last line of the session is its."""
        if not words:
            return self
        says = f"{words} {self.says}"
        lines = (*self.session.lines[:-1], Line(speaker="agent", text=says))
        return replace(self, says=says, session=self.session.model_copy(update={"lines": lines}))

"""What the voice agent knows during one call; saved turn by turn, so another process can go on."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from segue_common.events import Contact, Model, Slot, derived_id
from segue_common.events.calls import CallOutcome
from segue_common.events.personal import PersonalText

Question = Literal[
    "good_time", "choose_slot", "confirm_slot", "which_time", "better_time", "call_back_time",
    "how_can_i_help", "anything_else",
]  # fmt: skip

# Enough for a model to follow the call; what was said is kept whole in the events.
KEPT_LINES = 40


class Line(Model):
    """One thing said on the call; `heard` is how much of it was played, where it was cut."""

    speaker: Literal["lead", "agent"]
    text: PersonalText
    heard: PersonalText | None = None


class Waiting(Model):
    """A question to the calendar that has no answer yet."""

    request_id: UUID
    of: Literal["slots", "booking"]
    wished: bool = False
    told: bool = False


class Session(Model):
    """The call so far. `known` are facts told in the chat, in words fit to be said back.

    `zone` is the business' clock, on which meetings stand; `lead_zone` the lead's own, on which
    they name a time to be called back. `misses` counts turns in a row that weren't understood.
    The call is held in `language`, and may go on in any of `languages`.
    """

    call_id: UUID
    direction: Literal["out", "in"]
    language: str
    languages: tuple[str, ...] = ()
    business_language: str = "en"
    region: str
    currency: str
    business: str
    zone: str
    lead_zone: str
    contact: Contact | None = None
    topic: PersonalText = ""
    known: tuple[PersonalText, ...] = ()
    may_call_back: bool = False
    greeting: PersonalText
    turn: int = 0
    connected: bool = False
    question: Question = "good_time"
    slots: tuple[Slot, ...] = ()
    slots_known: bool = False
    first_request: UUID | None = None
    offered: tuple[Slot, ...] = ()
    offers: int = 0
    noted: bool = False
    chosen: Slot | None = None
    waiting: Waiting | None = None
    requests: int = 0
    booked: Slot | None = None
    misses: int = 0
    silences: int = 0
    lines: tuple[Line, ...] = ()
    outcome: CallOutcome | None = None
    detail: str = ""
    call_back_at: datetime | None = None
    ended: bool = False

    @property
    def name(self) -> str | None:
        return self.contact.name if self.contact else None

    @property
    def last_words(self) -> str:
        """What the agent said last."""
        return next((line.text for line in reversed(self.lines) if line.speaker == "agent"), "")

    def with_line(self, line: Line) -> "Session":
        return self.model_copy(update={"lines": (*self.lines, line)[-KEPT_LINES:]})

    def cut_at(self, heard: str) -> "Session":
        """The agent's last words were interrupted after `heard`."""
        lines = list(self.lines)
        for place in range(len(lines) - 1, -1, -1):
            if lines[place].speaker == "agent":
                lines[place] = lines[place].model_copy(update={"heard": heard})
                break
        return self.model_copy(update={"lines": tuple(lines)})


def request_id(call_id: UUID, number: int) -> UUID:
    """The ID of the call's n-th question to the calendar; number 0 is asked while it rings."""
    return derived_id(call_id, "segue.voice.request", number)

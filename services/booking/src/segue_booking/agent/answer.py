"""What the agent answers in a turn, before it is put into words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from segue_common.events import TimeWish
from segue_common.events.shared import AgentName

from segue_booking.agent.words import Line
from segue_booking.domain.availability import Reason
from segue_booking.domain.heard import Named
from segue_booking.domain.slots import Slot
from segue_booking.domain.talk import Talk


@dataclass(frozen=True)
class Answer:
    """Lines to say, and the talk as it stands after them; `to` passes the turn on."""

    talk: Talk
    lines: tuple[Line, ...] = ()
    to: AgentName | None = None
    reason: str = ""
    wants_person: str | None = None


JOINS = Line("router.human.requested")

# With nothing to offer instead; and with the nearest slots.
_ALONE = {
    Reason.PAST: "booking.in_the_past",
    Reason.TOO_FAR: "booking.too_far",
    Reason.CLOSED: "booking.closed_then",
    Reason.TAKEN: "booking.taken.none",
}
_WITH_OFFER = {
    Reason.TOO_FAR: "booking.too_far.offer",
    Reason.CLOSED: "booking.closed_then.offer",
    Reason.PAST: "booking.in_the_past.offer",
    Reason.TOO_SOON: "booking.too_soon.offer",
}


def refused(talk: Talk, reason: Reason, slots: Iterable[Slot], *, offered: bool) -> Answer:
    """A time that can't be had, and the nearest ones that can. `offered`: it was free before."""
    starts = starts_of(slots)
    if not starts:
        line = Line(_ALONE.get(reason, "booking.taken.none" if offered else "booking.ask_time"))
        return Answer(talk.asking("booking_time"), (line,))
    key = "booking.taken" if offered and reason is Reason.TAKEN else "booking.no_slots_then"
    line = Line(_WITH_OFFER.get(reason, key), slots=starts)
    return Answer(talk.asking("choose_slot", starts), (line,))


def offers(talk: Talk, slots: Iterable[Slot]) -> Answer:
    """Slots to choose from."""
    starts = starts_of(slots)
    return Answer(talk.asking("choose_slot", starts), (Line("booking.offer_slots", slots=starts),))


def asks(talk: Talk, *lines: Line) -> Answer:
    """Which day and time?"""
    return Answer(talk.asking("booking_time"), lines)


def nothing_free(talk: Talk) -> Answer:
    """The calendar is full: a person may find something."""
    return Answer(talk.asking("booking_person"), (Line("booking.no_slots"),))


def no_meeting(talk: Talk, times: Iterable[Named]) -> Answer:
    """What is to be moved or cancelled isn't there: a new one, perhaps at the time that was named,
    or a person."""
    waiting = waiting_with(talk.asking("booking_time"), times)
    return Answer(waiting, (Line("booking.no_meeting"),))


def today_full(talk: Talk, slots: Iterable[Slot]) -> Answer:
    """Nothing is left today for somebody in need: the soonest, and a person at once."""
    starts = starts_of(slots)
    wanted = "an emergency, and nothing is free today"
    if not starts:
        return Answer(talk.asking(None), (JOINS,), wants_person=wanted)
    line = Line("booking.today_full", slots=starts)
    return Answer(talk.asking("choose_slot", starts), (line,), wants_person=wanted)


def waiting_with(talk: Talk, times: Iterable[Named]) -> Talk:
    """The talk with the named times kept for when something else is known."""
    wishes = tuple(
        TimeWish(
            start=named.wish.window.start,
            end=named.wish.window.end,
            grain=named.wish.grain,
            quote=named.quote,
        )
        for named in times
    )
    return talk.model_copy(update={"wishes": wishes})


def starts_of(slots: Iterable[Slot]) -> tuple[datetime, ...]:
    """When they start, in order."""
    return tuple(sorted(slot.start for slot in slots))

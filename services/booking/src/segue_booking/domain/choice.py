"""Which few of the free slots to offer for the times that somebody wished for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from segue_booking.domain.availability import bookable, each_free_slot, free_slots
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Busy, Span, utc

# More than three at once is a list to study, in chat and even more on the phone.
DEFAULT_COUNT = 3
# With no wish at all, the offer is spread over this long from the first free slot on.
UNASKED_SPREAD = timedelta(days=3)

Grain = Literal["minute", "hour", "part_of_day", "day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A time somebody asked for; a slot matches if it starts in `window`."""

    window: Span
    grain: Grain

    @property
    def clock_time(self) -> bool:
        """Whether they named a time ("at three") and not a stretch ("on Tuesday")."""
        return self.grain in ("minute", "hour")


@dataclass(frozen=True, slots=True)
class Offer:
    """Slots to offer, in order of time; `as_wished` is false where none is in the wished times."""

    slots: tuple[Slot, ...]
    as_wished: bool


def choose(slots: Sequence[Slot], wishes: Sequence[Wish], count: int = DEFAULT_COUNT) -> Offer:
    """Up to `count` of the free `slots` (all of them, in order of time).

    Matching slots are spread well apart and over all the wishes; a named time that is free is
    offered alone. Where nothing matches, the nearest after the earliest wish are offered, or, if
    the calendar has none after it, the nearest before.
    """
    if not slots:
        return Offer((), as_wished=not wishes)
    if not wishes:
        soon = Span(slots[0].start, slots[0].start + UNASKED_SPREAD)
        wishes = (Wish(soon, "day"),)
    matching = _matching(slots, wishes)
    if matching:
        return Offer(_spread(matching, count), as_wished=True)
    return Offer(_nearest(slots, min(wish.window.start for wish in wishes), count), as_wished=False)


def alternatives(
    calendar: Calendar,
    service: Service,
    wanted: datetime,
    busy: Busy,
    now: datetime,
    count: int = DEFAULT_COUNT,
) -> tuple[Slot, ...]:
    """What to offer to somebody who can't have `wanted`: the nearest, as in `choose`."""
    window = bookable(calendar, now)
    if wanted < window.end:
        later = Span(max(utc(wanted), window.start), window.end)
        after = tuple(islice(each_free_slot(calendar, service, later, busy, now), count))
        if after:
            return after
    return tuple(free_slots(calendar, service, window, busy, now)[-count:])


def offer(
    calendar: Calendar,
    service: Service,
    wishes: Sequence[Wish],
    busy: Busy,
    now: datetime,
    count: int = DEFAULT_COUNT,
) -> Offer:
    """What `choose` makes of all the free slots, looking only at as many as it takes."""
    window = bookable(calendar, now)
    if not wishes:
        first = next(each_free_slot(calendar, service, window, busy, now), None)
        if first is None:
            return choose((), wishes, count)
        soon = Span(first.start, min(first.start + UNASKED_SPREAD, window.end))
        return choose(free_slots(calendar, service, soon, busy, now), wishes, count)
    parts = [part for wish in wishes if (part := _common(wish.window, window))]
    slots = {slot for part in parts for slot in each_free_slot(calendar, service, part, busy, now)}
    if slots:
        return choose(sorted(slots), wishes, count)
    earliest = min(wish.window.start for wish in wishes)
    nearest = alternatives(calendar, service, earliest, busy, now, count)
    return Offer(nearest, as_wished=False)


def _common(one: Span, other: Span) -> Span | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def _nearest(slots: Sequence[Slot], wanted: datetime, count: int) -> tuple[Slot, ...]:
    """The first `count` slots from `wanted` on; the last ones before it if there are none."""
    after = [slot for slot in slots if slot.start >= wanted]
    return tuple(after[:count] if after else slots[-count:])


def _matching(slots: Sequence[Slot], wishes: Sequence[Wish]) -> list[tuple[Slot, int]]:
    """Each slot that a wish covers, with the number of the first such wish."""
    found: dict[Slot, int] = {}
    for number, wish in enumerate(wishes):
        within = [s for s in slots if wish.window.start <= s.start < wish.window.end]
        exact = [slot for slot in within if slot.start == wish.window.start]
        for slot in exact if wish.clock_time and exact else within:
            found.setdefault(slot, number)
    return sorted(found.items())


def _spread(matching: Sequence[tuple[Slot, int]], count: int) -> tuple[Slot, ...]:
    """The earliest, then each time the one of an unserved wish, or else the farthest from all."""
    chosen = [matching[0]]
    left = list(matching[1:])
    while left and len(chosen) < count:
        served = {number for _, number in chosen}
        best = max(
            left,
            key=lambda one: (
                one[1] not in served,
                min(abs(one[0].start - slot.start) for slot, _ in chosen),
            ),
        )
        chosen.append(best)
        left.remove(best)
    return tuple(sorted(slot for slot, _ in chosen))

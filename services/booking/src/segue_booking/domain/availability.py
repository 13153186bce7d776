"""Which slots are free, and whether one that is asked for is: one rule for both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.openings import is_open, starts
from segue_booking.domain.slots import Slot, place
from segue_booking.domain.span import Busy, Span, utc

_INSTANT = timedelta(microseconds=1)


class Reason(StrEnum):
    """Why a slot or a change is refused; the first six are what `accept` can say."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_BOOKING = "unknown_booking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The slot that may be booked, with the resources and the span that it takes."""

    slot: Slot

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources to take, one of each group."""
        return self.slot.resources

    @property
    def span(self) -> Span:
        """The meeting with its buffers."""
        return self.slot.span


@dataclass(frozen=True, slots=True)
class Refused:
    """The first rule that the start breaks."""

    reason: Reason


def free_slots(
    calendar: Calendar, service: Service, window: Span, busy: Busy, now: datetime
) -> list[Slot]:
    """The slots that start in `window`, in order; `busy` must cover `service.reach(window)`."""
    return list(each_free_slot(calendar, service, window, busy, now))


def each_free_slot(
    calendar: Calendar, service: Service, window: Span, busy: Busy, now: datetime
) -> Iterator[Slot]:
    """`free_slots` one by one, for those who need only the first few."""
    limits = _Limits.at(calendar, now)
    for start in starts(calendar, service, window):
        if limits.broken_by(start) is None and (slot := place(service, start, busy)):
            yield slot


def accept(
    calendar: Calendar, service: Service, start: datetime, busy: Busy, now: datetime
) -> Accepted | Refused:
    """The slot that `free_slots` lists at `start`, or why it lists none."""
    start = utc(start)
    if reason := _Limits.at(calendar, now).broken_by(start):
        return Refused(reason)
    if start not in starts(calendar, service, Span(start, start + _INSTANT)):
        open_then = is_open(calendar, service, Span(start, start + service.length))
        return Refused(Reason.OFF_GRID if open_then else Reason.CLOSED)
    slot = place(service, start, busy)
    return Accepted(slot) if slot else Refused(Reason.TAKEN)


def bookable(calendar: Calendar, now: datetime) -> Span:
    """From now to the end of the last local day that can be booked."""
    last = local_date(now, calendar.zone) + timedelta(days=calendar.horizon_days + 1)
    return Span(now, max(moment(last, 0, calendar.zone), utc(now) + _INSTANT))


@dataclass(frozen=True, slots=True)
class _Limits:
    """The rules that depend on `now` alone, worked out once for many starts."""

    now: datetime
    earliest: datetime
    end: datetime

    @classmethod
    def at(cls, calendar: Calendar, now: datetime) -> "_Limits":
        now = utc(now)
        return cls(now, now + calendar.notice, bookable(calendar, now).end)

    def broken_by(self, start: datetime) -> Reason | None:
        if start < self.now:
            return Reason.PAST
        if start < self.earliest:
            return Reason.TOO_SOON
        return Reason.TOO_FAR if start >= self.end else None

"""Why there is nothing at the times that were wished for, to say it honestly."""

from collections.abc import Sequence
from datetime import datetime

from segue_booking.domain.availability import Reason, bookable
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.choice import Wish
from segue_booking.domain.openings import starts


def why_none(calendar: Calendar, service: Service, wishes: Sequence[Wish], now: datetime) -> Reason:
    """The reason that holds for all the wishes; `TAKEN` where they have different ones."""
    reasons = {_why(calendar, service, wish, now) for wish in wishes}
    return reasons.pop() if len(reasons) == 1 else Reason.TAKEN


def _why(calendar: Calendar, service: Service, wish: Wish, now: datetime) -> Reason:
    if wish.window.end <= now:
        return Reason.PAST
    if wish.window.start >= bookable(calendar, now).end:
        return Reason.TOO_FAR
    opened = next(starts(calendar, service, wish.window), None)
    return Reason.CLOSED if opened is None else Reason.TAKEN

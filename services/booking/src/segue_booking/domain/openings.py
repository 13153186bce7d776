"""When a service is open, and at which moments its meetings may start."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.span import Span, covered, merged

_DAY = timedelta(days=1)


def openings(calendar: Calendar, service: Service, window: Span) -> Iterator[Span]:
    """The opening hours that touch `window`, whole and in order, one per written time and day."""
    hours = service.hours or calendar.hours
    day = local_date(window.start, calendar.zone) - _DAY
    last = local_date(window.end, calendar.zone)
    while day <= last:
        for times in () if day in calendar.closed else hours.on(day.weekday()):
            opens = moment(day, times.opens, calendar.zone)
            closes = moment(day, times.closes, calendar.zone)
            if opens < closes and opens < window.end and window.start < closes:
                yield Span(opens, closes)
        day += _DAY


def is_open(calendar: Calendar, service: Service, meeting: Span) -> bool:
    """Whether the whole meeting lies in opening hours, which may run on over midnight."""
    return covered(meeting, merged(openings(calendar, service, meeting)))


def starts(calendar: Calendar, service: Service, window: Span) -> Iterator[datetime]:
    """The moments in `window` at which a meeting may start, in order.

    Each opening has its own row of starts, `step` of absolute time apart from its first moment,
    so a row doesn't depend on the window asked for, and an hour that a clock change doubles has
    twice the starts. A meeting may end in a later opening only if the two touch.
    """
    reach = Span(window.start, window.end + service.length)
    hours = tuple(openings(calendar, service, reach))
    whole = merged(hours)
    for opening in hours:
        skipped = max(0, -((opening.start - window.start) // calendar.step))
        start = opening.start + skipped * calendar.step
        while start < min(opening.end, window.end):
            if covered(Span(start, start + service.length), whole):
                yield start
            start += calendar.step

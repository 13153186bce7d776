"""The booking service's own figures."""

from collections.abc import Iterable

from prometheus_client import Counter
from segue_common.events import (
    BookingRefused,
    EventData,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    SlotsOffered,
)

BOOKINGS = Counter(
    "segue_booking_meetings_total", "Meetings by what was done and by source.", ["change", "by"]
)
REFUSALS = Counter(
    "segue_booking_refusals_total", "Bookings that could not be made, by reason.", ["reason"]
)
OFFERS = Counter("segue_booking_offers_total", "Offers of slots.", ["as_wished"])
HOLDS_RELEASED = Counter(
    "segue_booking_holds_released_total", "Holds that were given back, by reason.", ["reason"]
)


def count(published: Iterable[EventData]) -> None:
    """Count what a transaction brought, once it stands."""
    for data in published:
        match data:
            case MeetingBooked():
                BOOKINGS.labels("booked", data.by).inc()
            case MeetingMoved():
                BOOKINGS.labels("moved", data.by).inc()
            case MeetingCancelled():
                BOOKINGS.labels("cancelled", data.by).inc()
            case BookingRefused():
                REFUSALS.labels(data.reason).inc()
            case SlotsOffered():
                OFFERS.labels(str(data.as_wished).lower()).inc()
            case HoldReleased():
                HOLDS_RELEASED.labels(data.reason).inc()
            case _:
                pass

"""Puts the booking service together."""

from segue_common.events import (
    BookingTurnRequested,
    BookingWanted,
    CancellationWanted,
    SlotsWanted,
)
from segue_common.events.topics import BOOKING_COMMANDS, TURNS_BOOKING
from segue_common.runtime.processor import Processor
from segue_common.runtime.service import Definition, Platform
from segue_dialogue.understanding import warm_up
from starlette.routing import Route

from segue_booking.calendars import calendars_of
from segue_booking.handler import BookingHandler
from segue_booking.http.availability import Availability
from segue_booking.http.bookings import Bookings
from segue_booking.http.feeds import Feeds
from segue_booking.http.places import Places


async def build(platform: Platform) -> Definition:
    """The booking service's definition."""
    warm_up(platform.languages)
    calendars = calendars_of(platform.tenants)
    places = Places(calendars)
    availability, feeds = Availability(platform, places), Feeds(platform, places)
    bookings = Bookings(platform, places)

    def use(processor: Processor) -> None:
        bookings.processor = processor

    one = "/v1/{tenant}/bookings/{booking}"
    return Definition(
        handler=BookingHandler(platform.tenants, calendars),
        handles={
            TURNS_BOOKING: frozenset({BookingTurnRequested}),
            BOOKING_COMMANDS: frozenset({SlotsWanted, BookingWanted, CancellationWanted}),
        },
        routes=[
            Route("/v1/{tenant}/availability", availability.show, methods=["GET"]),
            Route("/v1/{tenant}/bookings", bookings.list, methods=["GET"]),
            Route("/v1/{tenant}/bookings", bookings.create, methods=["POST"]),
            Route(one, bookings.show, methods=["GET"]),
            Route(one, bookings.move, methods=["PATCH"]),
            Route(one, bookings.cancel, methods=["DELETE"]),
            Route("/v1/{tenant}/calendars", feeds.list, methods=["GET"]),
            Route("/v1/{tenant}/calendars/{resource}.ics", feeds.show, methods=["GET"]),
        ],
        on_processor=use,
    )

"""`GET /v1/{tenant}/availability?service=&from=&to=&tz=`: which slots are free. Open to anybody:
it says when, never who."""

from datetime import datetime, timedelta

from segue_common.runtime.problems import Problem
from segue_common.runtime.service import Platform
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from segue_booking.desk import Desk
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.span import Span
from segue_booking.http.parsing import moment_in, zone_named
from segue_booking.http.places import Places
from segue_booking.shapes import slot_json

DEFAULT_WINDOW = timedelta(days=7)
# What a month's view shows, and no scan of years.
MAX_WINDOW = timedelta(days=62)


class Availability:
    """The route that answers with the free slots of one service."""

    def __init__(self, platform: Platform, places: Places) -> None:
        self._platform = platform
        self._places = places

    async def show(self, request: Request) -> Response:
        """`{"service", "time_zone", "slots": [...]}`, times in `tz` or the business's zone."""
        calendar = self._places.calendar(request)
        name = request.query_params.get("tz")
        zone = zone_named(name, "tz") if name else calendar.zone
        service = _service(request, calendar)
        now = self._platform.clock()
        start = max(moment_in(request, "from", zone) or now, now)
        window = _window(start, moment_in(request, "to", zone) or start + DEFAULT_WINDOW)
        async with self._platform.pool.connection() as conn:
            slots = await Desk(conn, calendar, now).free(service, window)
        body = {
            "service": service.id,
            "time_zone": zone.key,
            "slots": [slot_json(calendar, slot, zone) for slot in slots],
        }
        return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _service(request: Request, calendar: Calendar) -> Service:
    wanted = request.query_params.get("service")
    if not wanted and len(calendar.services) == 1:
        return calendar.services[0]
    service = calendar.service(wanted or "")
    if service is None:
        known = ", ".join(service.id for service in calendar.services)
        raise Problem(422, f"service: one of {known}.", field="service")
    return service


def _window(start: datetime, end: datetime) -> Span:
    if end <= start:
        raise Problem(422, "to: must be later than now and than `from`.", field="to")
    if end - start > MAX_WINDOW:
        raise Problem(422, f"to: at most {MAX_WINDOW.days} days after `from`.", field="to")
    return Span(start, end)

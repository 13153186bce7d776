"""`GET /v1/{tenant}/calendars/{resource}.ics`: a resource's meetings for calendar programs.

Those can't send headers, so a feed's address carries a token made from the internal token and
the feed's path: it opens this one feed, and changes only with the internal token. Operators find
the addresses at `GET /v1/{tenant}/calendars`.
"""

import hashlib
import hmac
from datetime import timedelta

from pydantic import SecretStr
from segue_common.runtime.access import require_bearer
from segue_common.runtime.problems import Problem
from segue_common.runtime.service import Platform
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from segue_booking.domain.bookings import Booking
from segue_booking.domain.calendar import Calendar
from segue_booking.domain.ics import ics
from segue_booking.http.places import Places
from segue_booking.store.reading import of_resource

# How much of the past a feed shows.
PAST = timedelta(days=90)


def feed_path(tenant: str, resource: str) -> str:
    """The path of a resource's feed."""
    return f"/v1/{tenant}/calendars/{resource}.ics"


def feed_token(secret: SecretStr, tenant: str, resource: str) -> str:
    """The token that opens this one feed: HMAC-SHA256 over its path, in hex."""
    key = secret.get_secret_value().encode()
    return hmac.new(key, feed_path(tenant, resource).encode(), hashlib.sha256).hexdigest()


class Feeds:
    """The feeds, and where they are."""

    def __init__(self, platform: Platform, places: Places) -> None:
        self._platform = platform
        self._places = places

    async def show(self, request: Request) -> Response:
        """One resource's meetings of the last 90 days and to come, cancelled ones marked so."""
        calendar = self._places.calendar(request)
        resource = request.path_params["resource"]
        self._allow(request, calendar.tenant, resource)
        if resource not in resources(calendar):
            raise Problem(404, "There is no such calendar.")
        since = self._platform.clock() - PAST
        async with self._platform.pool.connection() as conn:
            bookings = await of_resource(conn, calendar.tenant, resource, since)
        text = ics(resource, [(one, _summary(calendar, one)) for one in bookings])
        return Response(
            text, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-cache"}
        )

    async def list(self, request: Request) -> Response:
        """`{"calendars": [{"resource", "path"}]}`, each path with its token."""
        calendar = self._places.calendar(request)
        require_bearer(request, self._platform.settings.operator_token)
        secret = self._platform.settings.internal_token
        return JSONResponse(
            {
                "calendars": [
                    {"resource": name, "path": _address(secret, calendar.tenant, name)}
                    for name in resources(calendar)
                ]
            }
        )

    def _allow(self, request: Request, tenant: str, resource: str) -> None:
        given = request.query_params.get("token")
        secret = self._platform.settings.internal_token
        if given is None or secret is None:
            require_bearer(request, self._platform.settings.operator_token)
            return
        wanted = feed_token(secret, tenant, resource)
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise Problem(403, "The token is not valid here.")


def resources(calendar: Calendar) -> list[str]:
    """Every resource that the calendar's services use."""
    return sorted({name for service in calendar.services for name in service.resources})


def _address(secret: SecretStr | None, tenant: str, resource: str) -> str:
    path = feed_path(tenant, resource)
    return f"{path}?token={feed_token(secret, tenant, resource)}" if secret else path


def _summary(calendar: Calendar, booking: Booking) -> str:
    """The service and the person's name: the feed is for those who will meet them."""
    service = calendar.service(booking.service)
    name = service.name if service else booking.service
    return f"{name}: {booking.contact.name}" if booking.contact.name else name

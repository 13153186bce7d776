"""`/v1/{tenant}/bookings`: making, reading, moving and cancelling bookings, for operators.

A change is an event for the service's own processor, so it takes the same way as a turn, and what
it publishes is published exactly once. Its ID comes from `Idempotency-Key`: the same key again is
the same event, handled already, and the answer that was kept is given again.
"""

import hashlib
import uuid
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from segue_common.events import derived_id, root_event, root_id
from segue_common.runtime.access import require_bearer
from segue_common.runtime.problems import Problem, body_response, problem_body
from segue_common.runtime.processor import TRANSIENT, Arrival, Processor
from segue_common.runtime.service import Platform
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from segue_booking.domain.bookings import Booking
from segue_booking.domain.span import Span
from segue_booking.http.parsing import Body, moment_in, read_body, uuid_in, zone_named
from segue_booking.http.places import Places
from segue_booking.internal_events import ApiBooking, ApiCancellation, ApiMove, ApiRequest
from segue_booking.shapes import booking_json
from segue_booking.store.answers import find
from segue_booking.store.reading import by_id, in_window

DEFAULT_WINDOW = timedelta(days=31)
MAX_WINDOW = timedelta(days=366)
MAX_KEY = 200


class Person(Body):
    """Who the booking is for."""

    contact_id: UUID | None = None
    name: Annotated[str, Field(max_length=200)] | None = None
    phone: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")] | None = None
    email: Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class NewBooking(Body):
    """What `POST` takes; without a conversation the booking gets one of its own."""

    service: str
    starts_at: AwareDatetime
    contact: Person = Person()
    conversation_id: UUID | None = None
    time_zone: str | None = None
    note: Annotated[str, Field(max_length=2000)] = ""


class Change(Body):
    """What `PATCH` takes."""

    starts_at: AwareDatetime


class Bookings:
    """The routes of bookings; every one wants the operators' token."""

    def __init__(self, platform: Platform, places: Places) -> None:
        self._platform = platform
        self._places = places
        self.processor: Processor | None = None

    async def create(self, request: Request) -> Response:
        """201 with the booking; 409 and `alternatives` where the slot is taken."""
        calendar = self._places.calendar(request)
        self._allow(request)
        wanted, raw = await read_body(request, NewBooking)
        zone = zone_named(wanted.time_zone, "time_zone") if wanted.time_zone else calendar.zone
        event_id = _event_id(request, calendar.tenant)
        conversation_id = wanted.conversation_id or derived_id(event_id, "conversation")
        person = wanted.contact
        # Whoever has a conversation already is known there by an ID of their own.
        ours = None if wanted.conversation_id else derived_id(conversation_id, "contact")
        data = ApiBooking(
            digest=_digest(request, raw),
            service=wanted.service,
            starts_at=wanted.starts_at,
            time_zone=zone.key,
            contact_id=person.contact_id or ours,
            name=person.name,
            phone=person.phone,
            email=person.email,
            note=wanted.note,
        )
        return await self._change(event_id, calendar.tenant, conversation_id, data)

    async def list(self, request: Request) -> Response:
        """Bookings that start in `from`..`to`, by time, in every state."""
        calendar = self._places.calendar(request)
        self._allow(request)
        start = moment_in(request, "from", calendar.zone) or self._platform.clock()
        end = moment_in(request, "to", calendar.zone) or start + DEFAULT_WINDOW
        if not start < end <= start + MAX_WINDOW:
            raise Problem(422, f"to: after `from`, by {MAX_WINDOW.days} days at most.", field="to")
        async with self._platform.pool.connection() as conn:
            found = await in_window(conn, calendar.tenant, Span(start, end))
        return JSONResponse({"bookings": [booking_json(calendar, one) for one in found]})

    async def show(self, request: Request) -> Response:
        """One booking."""
        calendar = self._places.calendar(request)
        self._allow(request)
        return JSONResponse(booking_json(calendar, await self._known(request, calendar.tenant)))

    async def move(self, request: Request) -> Response:
        """200 with the booking at its new time; 409 and `alternatives` where that is taken."""
        calendar = self._places.calendar(request)
        self._allow(request)
        change, raw = await read_body(request, Change)
        booking = await self._known(request, calendar.tenant)
        data = ApiMove(
            digest=_digest(request, raw),
            booking_id=booking.booking_id,
            starts_at=change.starts_at,
        )
        return await self._change_of(booking, request, data)

    async def cancel(self, request: Request) -> Response:
        """200 with the cancelled booking, also if it was cancelled before."""
        calendar = self._places.calendar(request)
        self._allow(request)
        booking = await self._known(request, calendar.tenant)
        data = ApiCancellation(digest=_digest(request, b""), booking_id=booking.booking_id)
        return await self._change_of(booking, request, data)

    def _allow(self, request: Request) -> None:
        require_bearer(request, self._platform.settings.operator_token)

    async def _known(self, request: Request, tenant: str) -> Booking:
        booking_id = uuid_in(request, "booking")
        async with self._platform.pool.connection() as conn:
            booking = await by_id(conn, tenant, booking_id)
        if booking is None:
            raise Problem(404, "There is no such booking.")
        return booking

    async def _change_of(self, booking: Booking, request: Request, data: ApiRequest) -> Response:
        conversation_id = booking.conversation_id or derived_id(booking.booking_id, "conversation")
        event_id = _event_id(request, booking.tenant)
        return await self._change(event_id, booking.tenant, conversation_id, data)

    async def _change(
        self, event_id: UUID, tenant: str, conversation_id: UUID, data: ApiRequest
    ) -> Response:
        if self.processor is None:
            raise Problem(503, "The service is starting.")
        event = root_event(
            data,
            id=event_id,
            source="/segue/booking/http",
            tenant=tenant,
            conversation_id=conversation_id,
            time=self._platform.clock(),
        )
        try:
            await self.processor.process([Arrival(event)])
            async with self._platform.pool.connection() as conn:
                answer = await find(conn, event_id)
        except TRANSIENT:
            raise Problem(503, "A server is away; send the same request again.") from None
        if answer is None:
            raise Problem(500, "Something went wrong on our side.")
        if answer.digest != data.digest:
            detail = "Idempotency-Key: another request was sent with this key."
            return body_response(422, problem_body(422, detail, "Idempotency-Key"))
        if answer.status >= 400:
            return body_response(answer.status, answer.body)
        return JSONResponse(answer.body, answer.status)


def _event_id(request: Request, tenant: str) -> UUID:
    key = request.headers.get("idempotency-key")
    if key is None:
        return uuid.uuid4()
    if not 0 < len(key) <= MAX_KEY:
        raise Problem(422, f"Idempotency-Key: 1 to {MAX_KEY} characters.", field="Idempotency-Key")
    return root_id(tenant, "booking-api", key)


def _digest(request: Request, body: bytes) -> str:
    line = f"{request.method} {request.url.path}\n".encode()
    return hashlib.sha256(line + body).hexdigest()

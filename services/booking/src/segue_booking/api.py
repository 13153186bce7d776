"""Changes asked for over HTTP: done like everything else, and their answers kept."""

from pydantic import JsonValue
from segue_common.events import Event, EventData, derived_id
from segue_common.runtime.problems import problem_body
from segue_common.runtime.transaction import Transaction

from segue_booking.desk import Declined, Desk
from segue_booking.domain.availability import Reason
from segue_booking.domain.bookings import Contact, Request, State
from segue_booking.domain.calendar import Calendar
from segue_booking.internal_events import ApiBooking, ApiCancellation, ApiMove, ApiRequest
from segue_booking.ledger import Ledger
from segue_booking.shapes import booking_json, slot_json
from segue_booking.store.answers import Result, keep
from segue_booking.store.outcomes import Written
from segue_booking.store.reading import by_id

_DETAILS = {
    Reason.PAST: "That time has passed.",
    Reason.TOO_SOON: "That is too soon: the calendar needs more notice.",
    Reason.TOO_FAR: "That is further ahead than can be booked.",
    Reason.CLOSED: "The business is closed then.",
    Reason.OFF_GRID: "Meetings don't start at that time.",
    Reason.TAKEN: "That slot is taken.",
    Reason.UNKNOWN_SERVICE: "There is no such service.",
    Reason.UNKNOWN_BOOKING: "There is no such booking.",
    Reason.ENDED: "That booking has been cancelled or has run out.",
}
_CONFLICTS = frozenset({Reason.TAKEN, Reason.ENDED})


async def serve(
    work: Transaction, event: Event[EventData], request: ApiRequest, calendar: Calendar
) -> None:
    """Do what the request asks for and keep the answer for whoever waits for it."""
    ledger = Ledger(work, event, calendar, by="api")
    desk = Desk(work.conn, calendar, work.now)
    match request:
        case ApiBooking():
            result = await _book(desk, ledger, request)
        case ApiMove():
            result = await _move(desk, ledger, request)
        case ApiCancellation():
            result = await _cancel(desk, ledger, request)
        case _:
            raise TypeError(f"{event.type} is not a request")
    await keep(work.conn, event.id, request.digest, result, work.now)


async def _book(desk: Desk, ledger: Ledger, wanted: ApiBooking) -> Result:
    service = desk.calendar.service(wanted.service)
    if service is None:
        return _refused(desk, Declined(Reason.UNKNOWN_SERVICE))
    request = Request(
        booking_id=derived_id(ledger.cause.id, "booking"),
        tenant=desk.calendar.tenant,
        source="api",
        time_zone=wanted.time_zone,
        conversation_id=ledger.cause.subject,
        contact=Contact(wanted.contact_id, wanted.name, wanted.phone, wanted.email),
    )
    outcome = await desk.book(service, request, wanted.starts_at)
    if isinstance(outcome, Declined):
        return _refused(desk, outcome)
    if not outcome.repeated:
        ledger.booked(outcome, wanted.note)
    return Result(201, booking_json(desk.calendar, outcome.booking))


async def _move(desk: Desk, ledger: Ledger, wanted: ApiMove) -> Result:
    outcome = await desk.reschedule(wanted.booking_id, wanted.starts_at)
    if isinstance(outcome, Declined):
        return _refused(desk, outcome)
    if not outcome.repeated:
        _tell_move(ledger, outcome)
    return Result(200, booking_json(desk.calendar, outcome.booking))


def _tell_move(ledger: Ledger, outcome: Written) -> None:
    """A moved hold is no meeting yet; only what gave way to it is told."""
    if outcome.booking.state is State.BOOKED:
        ledger.moved(outcome)
    else:
        ledger.gave_way(outcome.lapsed)


async def _cancel(desk: Desk, ledger: Ledger, wanted: ApiCancellation) -> Result:
    before = await by_id(desk.conn, desk.calendar.tenant, wanted.booking_id)
    outcome = await desk.cancel(wanted.booking_id)
    if isinstance(outcome, Declined):
        return _refused(desk, outcome)
    if before and not outcome.repeated:
        if before.state is State.HELD:
            ledger.released(outcome.booking, "declined")
        else:
            ledger.cancelled(outcome.booking)
    return Result(200, booking_json(desk.calendar, outcome.booking))


def _refused(desk: Desk, declined: Declined) -> Result:
    reason, detail = declined.reason, _DETAILS[declined.reason]
    if reason is Reason.UNKNOWN_BOOKING:
        return Result(404, problem_body(404, detail))
    if reason is Reason.UNKNOWN_SERVICE:
        return Result(422, problem_body(422, detail, "service"))
    alternatives: list[JsonValue] = [
        slot_json(desk.calendar, slot, desk.calendar.zone) for slot in declined.alternatives
    ]
    status, field = (409, None) if reason in _CONFLICTS else (422, "starts_at")
    more: dict[str, JsonValue] = {"reason": reason.value, "alternatives": alternatives}
    return Result(status, problem_body(status, detail, field, **more))

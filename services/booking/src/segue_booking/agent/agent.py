"""The booking agent as a function of one turn: what is known, what is answered."""

from collections.abc import Iterable

from segue_common.events import (
    BookingTurnRequested,
    Event,
    EventData,
    HandOff,
    TurnCompleted,
)
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant

from segue_booking.agent.answer import JOINS, Answer, no_meeting, waiting_with
from segue_booking.agent.listening import listen
from segue_booking.agent.turn import BookingTurn
from segue_booking.agent.words import Line, Voice
from segue_booking.contract import own_contact
from segue_booking.desk import Desk
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.deciding import takes_for_made
from segue_booking.domain.heard import Heard
from segue_booking.domain.services import differ, meant
from segue_booking.domain.talk import Talk
from segue_booking.ledger import Ledger
from segue_booking.records import Records, records_of
from segue_booking.taking import Taker


async def take_turn(
    work: Transaction,
    event: Event[EventData],
    request: BookingTurnRequested,
    talk: Talk,
    tenant: Tenant,
    calendar: Calendar,
) -> Talk:
    """Answer the turn with exactly one `TurnCompleted`; returns the talk as it then stands.

    The router asks again after a while: a turn that has been answered is passed over.
    """
    if talk.turn == request.turn_id:
        return talk
    records = await records_of(work.conn, event.tenant, event.subject, work.now)
    heard = listen(request, talk, tenant, has_meeting=records.meeting is not None)
    talk, service = _service(talk, request, heard, records, calendar)
    if service is None and records.meeting is None and takes_for_made(talk, heard):
        answer = no_meeting(talk, heard.times)
    elif service is None:
        answer = _no_service(talk, heard, calendar)
    else:
        taker = Taker(
            desk=Desk(work.conn, calendar, work.now),
            ledger=Ledger(work, event, calendar, by="chat"),
            records=records,
            contact=own_contact(request.contact),
            source="chat",
        )
        answer = await BookingTurn(request, tenant, talk, heard, service, taker).answer()
    voice = Voice(request.language, calendar.zone, work.now)
    work.emit(_completed(request, answer, voice, tenant), event)
    return answer.talk.model_copy(update={"turn": request.turn_id})


# What sales asks before a lead comes here for the talk that was offered.
OFFERS = frozenset({"offer_next_step", "offer_booking", "consent_call"})


def _service(
    talk: Talk,
    request: BookingTurnRequested,
    heard: Heard,
    records: Records,
    calendar: Calendar,
) -> tuple[Talk, Service | None]:
    """The service that is meant, or None where the lead has to be asked first."""
    booked = records.meeting or records.hold
    if records.meeting and (known := calendar.service(records.meeting.service)):
        return talk, known
    handed = request.handed_over.service if request.handed_over else None
    chosen = (
        meant(calendar.services, [heard.text])
        or calendar.service(handed or "")
        or calendar.service(talk.service or "")
        or calendar.service(booked.service if booked else "")
        or meant(calendar.services, _said_before(request))
    )
    first_will_do = heard.emergency or _first_will_do(talk, request, calendar)
    if chosen is None and calendar.services and first_will_do:
        chosen = calendar.services[0]
    return talk.model_copy(update={"service": chosen.id if chosen else None}), chosen


def _first_will_do(talk: Talk, request: BookingTurnRequested, calendar: Calendar) -> bool:
    """Whether the service need not be asked for: it was, or they differ in nothing, or sales
    offered the talk that the first service is."""
    offered_by_sales = request.question in OFFERS or (
        request.handed_over is not None and request.handed_over.to == "booking"
    )
    asked = talk.asks == "booking_service"
    return asked or offered_by_sales or not differ(calendar.services)


def _said_before(request: BookingTurnRequested) -> Iterable[str]:
    """What the lead has said, the latest first."""
    return (line.text for line in reversed(request.transcript) if line.speaker == "lead")


def _no_service(talk: Talk, heard: Heard, calendar: Calendar) -> Answer:
    if not calendar.services:
        return Answer(talk.asking(None), (JOINS,), wants_person="wants an appointment")
    names = [service.name for service in calendar.services]
    line = Line("booking.ask_service", services=names)
    waiting = waiting_with(talk.asking("booking_service"), heard.times)
    return Answer(waiting, (line,))


def _completed(
    request: BookingTurnRequested, answer: Answer, voice: Voice, tenant: Tenant
) -> TurnCompleted:
    lines = answer.lines
    if lines and request.first_contact and not request.said:
        lines = (Line("greeting", values={"business": tenant.name}), *lines)
    return TurnCompleted(
        turn_id=request.turn_id,
        agent="booking",
        epoch=request.epoch,
        says=(voice.say(lines),) if lines else (),
        question=answer.talk.asks,
        hand_off=HandOff(to=answer.to, reason=answer.reason) if answer.to else None,
        wants_person=answer.wants_person,
    )

"""Commands from a call: slots, bookings and cancellations, each answered once and the same."""

from segue_common.events import (
    BookingRefused,
    BookingWanted,
    CancellationWanted,
    Event,
    EventData,
    SlotsOffered,
    SlotsWanted,
)
from segue_common.events.envelope import parse_data
from segue_common.runtime.transaction import Transaction

from segue_booking.contract import REFUSALS, own_contact, own_wish, shared_slot
from segue_booking.desk import Declined, Desk
from segue_booking.domain.availability import Reason
from segue_booking.domain.bookings import NOBODY
from segue_booking.domain.calendar import Calendar
from segue_booking.domain.talk import Answered, Talk
from segue_booking.ledger import Ledger
from segue_booking.records import records_of
from segue_booking.taking import Taken, Taker

Command = SlotsWanted | BookingWanted | CancellationWanted


async def obey(
    work: Transaction, event: Event[EventData], command: Command, talk: Talk, calendar: Calendar
) -> Talk:
    """Answer one command; one that was answered before gets that answer again."""
    ledger = Ledger(work, event, calendar, by="call", request_id=command.request_id)
    if given := talk.answer_to(command.request_id):
        ledger.tell(parse_data(given.type, given.data.encode()))
        return talk
    clerk = _Clerk(work, event, calendar, ledger)
    match command:
        case SlotsWanted():
            answer = await clerk.slots(command)
        case BookingWanted():
            answer = await clerk.book(command)
        case CancellationWanted():
            answer = await clerk.cancel(command)
    stored = Answered(
        request_id=command.request_id, type=answer.TYPE, data=answer.model_dump_json()
    )
    return talk.answered(stored)


class _Clerk:
    """Does what one command says."""

    def __init__(
        self, work: Transaction, event: Event[EventData], calendar: Calendar, ledger: Ledger
    ) -> None:
        self._work = work
        self._event = event
        self._calendar = calendar
        self._ledger = ledger
        self._desk = Desk(work.conn, calendar, work.now)

    async def slots(self, command: SlotsWanted) -> EventData:
        """What is free; the time of a meeting that is to move counts as free."""
        taker = await self._taker(None)
        meeting = taker.records.meeting
        wanted = meeting.service if meeting else command.service
        service = (
            self._calendar.service(wanted) if wanted else next(iter(self._calendar.services), None)
        )
        if service is None:
            return self._refuse(command, Declined(Reason.UNKNOWN_SERVICE))
        wishes = [wish for given in command.wishes if (wish := own_wish(given))]
        offer = await self._desk.offer(service, wishes, meeting)
        slots = tuple(shared_slot(self._calendar, slot) for slot in offer.slots)
        data = SlotsOffered(request_id=command.request_id, slots=slots, as_wished=offer.as_wished)
        return self._ledger.tell(data)

    async def book(self, command: BookingWanted) -> EventData:
        """Book, or move the meeting that the conversation has."""
        service = self._calendar.service(command.service)
        if service is None:
            return self._refuse(command, Declined(Reason.UNKNOWN_SERVICE))
        taker = await self._taker(command)
        taken = await taker.take(service, command.starts_at)
        return taken.event if isinstance(taken, Taken) else self._refuse(command, taken)

    async def cancel(self, command: CancellationWanted) -> EventData:
        """Cancel the conversation's meeting."""
        meeting = (await self._taker(None)).records.meeting
        if meeting is None:
            return self._refuse(command, Declined(Reason.UNKNOWN_BOOKING))
        outcome = await self._desk.cancel(meeting.booking_id)
        if isinstance(outcome, Declined):
            return self._refuse(command, outcome)
        return self._ledger.cancelled(outcome.booking)

    async def _taker(self, command: BookingWanted | None) -> Taker:
        event = self._event
        records = await records_of(self._work.conn, event.tenant, event.subject, self._work.now)
        contact = own_contact(command.contact) if command else NOBODY
        return Taker(self._desk, self._ledger, records, contact, "call")

    def _refuse(self, command: Command, declined: Declined) -> EventData:
        data = BookingRefused(
            request_id=command.request_id,
            reason=REFUSALS[declined.reason],
            alternatives=tuple(shared_slot(self._calendar, slot) for slot in declined.alternatives),
        )
        return self._ledger.tell(data)

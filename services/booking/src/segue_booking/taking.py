"""Getting a time for a conversation: its meeting moves there, or a new one is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from segue_common.events import EventData, derived_id

from segue_booking.desk import Declined, Desk
from segue_booking.domain.bookings import Booking, Contact, Request, Source
from segue_booking.domain.calendar import Service
from segue_booking.ledger import Ledger
from segue_booking.records import Records
from segue_booking.store.outcomes import Written

Released = Literal["declined", "replaced"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking with the event that tells of it; `moved` where it stood already."""

    booking: Booking
    event: EventData
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes times for one conversation, on behalf of one event."""

    desk: Desk
    ledger: Ledger
    records: Records
    contact: Contact
    source: Source

    async def take(self, service: Service, start: datetime) -> Taken | Declined:
        """The slot at `start`; what the conversation holds is confirmed or given back first."""
        if self.records.meeting is not None:
            return await self.move(self.records.meeting, start)
        hold = self.records.hold
        if hold and (hold.service, hold.meeting.start) == (service.id, start):
            return await self.confirm(hold.booking_id)
        await self.release("replaced")
        return self._booked(await self.desk.book(service, self.request(), start))

    async def confirm(self, hold: UUID) -> Taken | Declined:
        """The slot that is held, also if the hold has run out and the time is still free."""
        return self._booked(await self.desk.confirm(hold, self.contact))

    async def move(self, meeting: Booking, start: datetime) -> Taken | Declined:
        """The meeting at another time; where it is already counts as moved."""
        outcome = await self.desk.reschedule(meeting.booking_id, start)
        if isinstance(outcome, Declined):
            return outcome
        return Taken(outcome.booking, self.ledger.moved(outcome), moved=True)

    async def release(self, reason: Released) -> None:
        """Give back what is held."""
        if hold := self.records.hold:
            outcome = await self.desk.cancel(hold.booking_id)
            if isinstance(outcome, Written) and not outcome.repeated:
                self.ledger.released(outcome.booking, reason)

    def request(self) -> Request:
        """A booking made for this event: the same event, the same booking."""
        cause = self.ledger.request_id or self.ledger.cause.id
        return Request(
            booking_id=derived_id(cause, "booking"),
            tenant=self.desk.calendar.tenant,
            source=self.source,
            time_zone=self.desk.calendar.zone.key,
            conversation_id=self.ledger.cause.subject,
            contact=self.contact,
        )

    def _booked(self, outcome: Written | Declined) -> Taken | Declined:
        if isinstance(outcome, Declined):
            return outcome
        return Taken(outcome.booking, self.ledger.booked(outcome))

"""The booking desk: the calendar's rules and the books together, in the caller's transaction.

Each change locks what the service may take, reads what is busy, asks `accept`, and writes. So of
many people who want the same slot one gets it, and each of the others is told what is free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from segue_booking.domain.availability import Reason, Refused, accept, bookable, free_slots
from segue_booking.domain.bookings import Booking, Contact, Request
from segue_booking.domain.calendar import Calendar, Service
from segue_booking.domain.choice import DEFAULT_COUNT, Offer, Wish, alternatives, offer
from segue_booking.domain.slots import Slot
from segue_booking.domain.span import Busy, Span
from segue_booking.store import books
from segue_booking.store.locks import lock
from segue_booking.store.outcomes import Gone, Taken, Written
from segue_booking.store.reading import busy, by_id


@dataclass(frozen=True, slots=True)
class Declined:
    """Why nothing was changed, and the nearest free slots where that helps."""

    reason: Reason
    alternatives: tuple[Slot, ...] = ()


async def lock_calendars(conn: AsyncConnection[object], calendars: Iterable[Calendar]) -> None:
    """Lock all that these calendars have: first thing in a transaction with several changes."""
    resources = [
        (calendar.tenant, resource)
        for calendar in calendars
        for service in calendar.services
        for resource in service.resources
    ]
    await lock(conn, resources)


@dataclass(frozen=True, slots=True)
class Desk:
    """One tenant's desk at one moment; `conn` is in a READ COMMITTED transaction of the caller."""

    conn: AsyncConnection[object]
    calendar: Calendar
    now: datetime

    async def free(
        self, service: Service, window: Span, moving: Booking | None = None
    ) -> list[Slot]:
        """The free slots in `window`; the time of a booking that is about to move is free."""
        service, taken = await self._view(service, window, moving)
        return free_slots(self.calendar, service, window, taken, self.now)

    async def offer(
        self,
        service: Service,
        wishes: Sequence[Wish],
        moving: Booking | None = None,
        count: int = DEFAULT_COUNT,
    ) -> Offer:
        """Up to `count` slots for the wishes, or the nearest ones; see `choice.choose`."""
        window = bookable(self.calendar, self.now)
        service, taken = await self._view(service, window, moving)
        return offer(self.calendar, service, wishes, taken, self.now, count)

    async def hold(self, service: Service, request: Request, start: datetime) -> Written | Declined:
        """Keep the slot at `start` for as long as the calendar holds one."""
        slot = await self._new_slot(service, request, start)
        if not isinstance(slot, Slot):
            return slot
        until = self.now + self.calendar.hold
        held = await books.hold(self.conn, request, slot, until, self.now)
        return await self._answer(held, service, start)

    async def book(self, service: Service, request: Request, start: datetime) -> Written | Declined:
        """Book the slot at `start` at once."""
        slot = await self._new_slot(service, request, start)
        if not isinstance(slot, Slot):
            return slot
        booked = await books.book(self.conn, request, slot, self.now)
        return await self._answer(booked, service, start)

    async def confirm(self, booking_id: UUID, contact: Contact | None = None) -> Written | Declined:
        """Turn a hold into a meeting; one that has run out gets its time back if that is free."""
        known = await self._known(booking_id)
        if isinstance(known, Declined):
            return known
        current, service = known
        outcome = await books.confirm(
            self.conn, self.calendar.tenant, booking_id, self.now, contact
        )
        start = current.meeting.start
        if isinstance(outcome, Written) or not current.lapsed(self.now):
            return await self._answer(outcome, service, start)
        slot = await self._slot(service, start, current)
        if isinstance(slot, Declined):
            return slot
        revived = await books.revive(self.conn, current, slot, self.now, contact or current.contact)
        return await self._answer(revived, service, start)

    async def reschedule(self, booking_id: UUID, start: datetime) -> Written | Declined:
        """Move a hold or a meeting to `start`, with the resources it has if they are free then."""
        known = await self._known(booking_id)
        if isinstance(known, Declined):
            return known
        current, service = known
        if not current.active(self.now):
            return Declined(Reason.ENDED)
        slot = await self._slot(service, start, current)
        if isinstance(slot, Declined):
            return slot
        moved = await books.reschedule(self.conn, self.calendar.tenant, booking_id, slot, self.now)
        return await self._answer(moved, service, start)

    async def cancel(self, booking_id: UUID) -> Written | Declined:
        """Cancel a hold or a meeting, also one of a service that is no longer offered."""
        outcome = await books.cancel(self.conn, self.calendar.tenant, booking_id, self.now)
        return outcome if isinstance(outcome, Written) else _ended(outcome)

    async def _new_slot(
        self, service: Service, request: Request, start: datetime
    ) -> Slot | Written | Declined:
        if request.tenant != self.calendar.tenant:
            raise ValueError(f"a request of {request.tenant} at the desk of {self.calendar.tenant}")
        await self._lock(service)
        there = await by_id(self.conn, request.tenant, request.booking_id)
        # Its own time is taken by itself: a repeated request must not be refused for that.
        if there is not None:
            return Written(there, repeated=True)
        return await self._slot(service, start)

    async def _known(self, booking_id: UUID) -> tuple[Booking, Service] | Declined:
        """The booking, read after its service's resources are locked, and the service."""
        booking = await by_id(self.conn, self.calendar.tenant, booking_id)
        if booking is None:
            return Declined(Reason.UNKNOWN_BOOKING)
        service = self.calendar.service(booking.service)
        if service is None:
            return Declined(Reason.UNKNOWN_SERVICE)
        await self._lock(service)
        booking = await by_id(self.conn, self.calendar.tenant, booking_id)
        return (booking, service) if booking else Declined(Reason.UNKNOWN_BOOKING)

    async def _slot(
        self, service: Service, start: datetime, moving: Booking | None = None
    ) -> Slot | Declined:
        window = bookable(self.calendar, self.now)
        service, taken = await self._view(service, window, moving)
        answer = accept(self.calendar, service, start, taken, self.now)
        if isinstance(answer, Refused):
            return self._declined(answer.reason, service, start, taken)
        return answer.slot

    async def _view(
        self, service: Service, window: Span, moving: Booking | None = None
    ) -> tuple[Service, Busy]:
        """What is busy, and the service with the resources first that the moving booking has."""
        taken = await busy(
            self.conn,
            self.calendar.tenant,
            service.resources,
            service.reach(window),
            self.now,
            moving.booking_id if moving else None,
        )
        return service.preferring(moving.resources) if moving else service, taken

    async def _answer(
        self, outcome: Written | Taken | Gone, service: Service, start: datetime
    ) -> Written | Declined:
        if isinstance(outcome, Written):
            return outcome
        if isinstance(outcome, Gone):
            return _ended(outcome)
        # Only somebody who wrote without the lock can have got between `accept` and the write.
        service, taken = await self._view(service, bookable(self.calendar, self.now))
        return self._declined(Reason.TAKEN, service, start, taken)

    def _declined(self, reason: Reason, service: Service, start: datetime, taken: Busy) -> Declined:
        return Declined(reason, alternatives(self.calendar, service, start, taken, self.now))

    async def _lock(self, service: Service) -> None:
        await lock(self.conn, [(self.calendar.tenant, name) for name in service.resources])


def _ended(gone: Gone) -> Declined:
    return Declined(Reason.ENDED if gone.booking else Reason.UNKNOWN_BOOKING)

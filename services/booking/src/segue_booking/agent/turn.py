"""One turn of the booking agent: what is wanted is asked of the desk, and answered honestly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.events import SlotsOffered, TurnRequest
from segue_common.tenants import Tenant

from segue_booking.agent.answer import (
    JOINS,
    Answer,
    asks,
    no_meeting,
    nothing_free,
    offers,
    refused,
    today_full,
)
from segue_booking.agent.words import Line
from segue_booking.contract import shared_slot
from segue_booking.desk import Declined
from segue_booking.domain.bookings import Booking
from segue_booking.domain.calendar import Service
from segue_booking.domain.choice import Offer, Wish
from segue_booking.domain.deciding import decide
from segue_booking.domain.heard import Heard
from segue_booking.domain.reasons import why_none
from segue_booking.domain.slots import Slot
from segue_booking.domain.talk import Talk
from segue_booking.domain.wants import (
    Confirm,
    Elsewhere,
    Look,
    Narrow,
    Simply,
    Situation,
    Take,
    Want,
)
from segue_booking.store.outcomes import Written
from segue_booking.taking import Taken, Taker


@dataclass(frozen=True)
class BookingTurn:
    """A turn with everything that answering it takes; the talk knows the service by now."""

    request: TurnRequest
    tenant: Tenant
    talk: Talk
    heard: Heard
    service: Service
    taker: Taker

    @property
    def meeting(self) -> Booking | None:
        """The meeting that stands."""
        return self.taker.records.meeting

    async def answer(self) -> Answer:
        """Do what is wanted and say what came of it."""
        desk = self.taker.desk
        want = decide(
            Situation(
                talk=self.talk,
                heard=self.heard,
                meeting=self.meeting.meeting.start if self.meeting else None,
                zone=desk.calendar.zone,
                now=desk.now,
                handed_over=self.request.handed_over is not None,
            )
        )
        return await self._do(want)

    async def _do(self, want: Want) -> Answer:
        match want:
            case Take(start, offered):
                return await self._take(start, offered=offered)
            case Confirm():
                return await self._confirm()
            case Look(wishes, emergency):
                return await self._look(wishes, emergency=emergency)
            case Narrow(starts):
                line = Line("booking.which_slot", slots=starts)
                return Answer(self.talk.asking("choose_slot", tuple(starts)), (line,))
            case Elsewhere(to):
                return Answer(self.talk, to=to, reason="asks about something else")
            case Simply(what):
                return await self._simply(what)

    async def _take(self, start: datetime, *, offered: bool) -> Answer:
        if self.meeting and self.meeting.meeting.start == start:
            return self._kept()
        taken = await self.taker.take(self.service, start)
        return self._taken(taken, offered=offered)

    async def _confirm(self) -> Answer:
        """A yes to the slot that is held, or to the time that the meeting was to move to."""
        if self.talk.hold is None:
            return await self._take(self.talk.offered[0], offered=True)
        return self._taken(await self.taker.confirm(self.talk.hold), offered=True)

    def _taken(self, taken: Taken | Declined, *, offered: bool) -> Answer:
        if isinstance(taken, Declined):
            answer = refused(self.talk, taken.reason, taken.alternatives, offered=offered)
            self._tell_offer(Offer(taken.alternatives, as_wished=False))
            return answer
        start = taken.booking.meeting.start
        if taken.moved:
            return Answer(self.talk.asking(None), (Line("booking.rescheduled", slot=start),))
        values = {"service": self.service.name, "business": self.tenant.name}
        line = Line("booking.confirmed", slot=start, values=values)
        return Answer(self.talk.asking(None), (line,))

    async def _look(self, wishes: Sequence[Wish], *, emergency: bool) -> Answer:
        await self.taker.release("replaced")
        desk = self.taker.desk
        offer = await desk.offer(self.service, wishes, self.meeting)
        slots = self._without_present(offer.slots)
        self._tell_offer(Offer(slots, offer.as_wished))
        if emergency and not offer.as_wished:
            return today_full(self.talk, slots)
        if not slots:
            return nothing_free(self.talk)
        if not offer.as_wished:
            reason = why_none(desk.calendar, self.service, wishes, desk.now)
            return refused(self.talk, reason, slots, offered=False)
        if len(slots) > 1:
            return offers(self.talk, slots)
        return await (self._propose_move(slots[0]) if self.meeting else self._hold(slots[0]))

    def _without_present(self, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Where the meeting is already is no other time, unless there is nothing else."""
        if self.meeting is None:
            return slots
        return tuple(s for s in slots if s.start != self.meeting.meeting.start) or slots

    async def _propose_move(self, slot: Slot) -> Answer:
        talk = self.talk.asking("confirm_booking", (slot.start,))
        return Answer(talk, (Line("booking.confirm_reschedule", slot=slot.start),))

    async def _hold(self, slot: Slot) -> Answer:
        """The only slot that fits is kept until the lead says yes or no to it."""
        held = await self.taker.desk.hold(self.service, self.taker.request(), slot.start)
        if isinstance(held, Declined):
            return refused(self.talk, held.reason, held.alternatives, offered=False)
        self.taker.ledger.held(held)
        talk = self.talk.asking("confirm_booking", (slot.start,))
        talk = talk.model_copy(update={"hold": held.booking.booking_id})
        return Answer(talk, (Line("booking.confirm_slot", slot=slot.start),))

    async def _simply(self, what: str) -> Answer:
        match what:
            case "ask_cancel" if self.meeting:
                line = Line("booking.confirm_cancel", slot=self.meeting.meeting.start)
                return Answer(self.talk.asking("confirm_cancel"), (line,))
            case "cancel" if self.meeting:
                return await self._cancel(self.meeting.booking_id)
            case "keep":
                return self._kept()
            case "tell_meeting" if self.meeting:
                line = Line("booking.already", slot=self.meeting.meeting.start)
                return asks(self.talk, line)
            case "no_meeting":
                return no_meeting(self.talk, self.heard.times)
            case "welcome":
                return Answer(self.talk.asking(None), (Line("sales.welcome"),))
            case "past":
                return asks(self.talk, Line("booking.in_the_past"))
            case "person":
                wanted = "finds no free time"
                return Answer(self.talk.asking(None), (JOINS,), wants_person=wanted)
            case "repeat":
                return self._repeat()
        await self.taker.release("declined")
        return asks(self.talk, Line("booking.ask_time"))

    async def _cancel(self, booking_id: UUID) -> Answer:
        outcome = await self.taker.desk.cancel(booking_id)
        if not isinstance(outcome, Written):
            return no_meeting(self.talk, ())
        self.taker.ledger.cancelled(outcome.booking)
        line = Line("booking.cancelled", slot=outcome.booking.meeting.start)
        return Answer(self.talk.asking(None), (line,))

    def _kept(self) -> Answer:
        if self.meeting is None:
            return asks(self.talk, Line("booking.ask_time"))
        line = Line("booking.kept", slot=self.meeting.meeting.start)
        return Answer(self.talk.asking(None), (line,))

    def _repeat(self) -> Answer:
        """The same question again: what was said did not answer it."""
        offered = self.talk.offered
        if self.talk.asks == "confirm_booking":
            key = "booking.confirm_reschedule" if self.meeting else "booking.confirm_slot"
            question = Line(key, slot=offered[0])
        else:
            question = Line("booking.offer_slots", slots=offered)
        return Answer(self.talk, (Line("sales.not_understood", question=question),))

    def _tell_offer(self, offer: Offer) -> None:
        if not offer.slots:
            return
        slots = tuple(shared_slot(self.taker.desk.calendar, slot) for slot in offer.slots)
        data = SlotsOffered(request_id=self.request.turn_id, slots=slots, as_wished=offer.as_wished)
        self.taker.ledger.tell(data)

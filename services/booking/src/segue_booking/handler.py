"""Handles the booking service's events, a batch in one transaction."""

from collections.abc import Mapping, Sequence

from segue_common.events import (
    BookingTurnRequested,
    BookingWanted,
    CancellationWanted,
    Event,
    EventData,
    SlotsWanted,
)
from segue_common.runtime.states import StateTable
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant

from segue_booking import metrics
from segue_booking.agent.agent import take_turn
from segue_booking.api import serve
from segue_booking.commands import obey
from segue_booking.desk import lock_calendars
from segue_booking.domain.calendar import Calendar
from segue_booking.domain.talk import Talk
from segue_booking.holds import end_hold
from segue_booking.internal_events import ApiRequest, HoldDue

TALKS = StateTable("talks", Talk)


class BookingHandler:
    """Turns, commands, holds that run out, and requests over HTTP."""

    def __init__(self, tenants: Mapping[str, Tenant], calendars: Mapping[str, Calendar]) -> None:
        self._tenants = tenants
        self._calendars = calendars

    async def __call__(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        # Everything that the batch may take is locked at once: batches don't stop each other.
        touched = sorted({event.tenant for event in events} & self._calendars.keys())
        await lock_calendars(work.conn, [self._calendars[tenant] for tenant in touched])
        talks = await TALKS.load(work.conn, {event.subject for event in events})
        changed = {}
        for event in events:
            before = talks.get(event.subject) or Talk()
            after = await self._one(work, event, before)
            if after is not before:
                talks[event.subject] = after
                changed[event.subject] = (event.tenant, after)
        await TALKS.save(work.conn, changed)
        published = [item.event.data for item in work.outgoing]

        async def count() -> None:
            metrics.count(published)

        work.after_commit.append(count)

    async def _one(self, work: Transaction, event: Event[EventData], talk: Talk) -> Talk:
        calendar = self._calendars[event.tenant]
        data = event.data
        match data:
            case BookingTurnRequested():
                tenant = self._tenants[event.tenant]
                return await take_turn(work, event, data, talk, tenant, calendar)
            case SlotsWanted() | BookingWanted() | CancellationWanted():
                return await obey(work, event, data, talk, calendar)
            case HoldDue():
                await end_hold(work, event, data, calendar)
            case ApiRequest():
                await serve(work, event, data, calendar)
            case _:
                raise TypeError(f"{event.type} is not for this service")
        return talk

"""The router's one decision: what an event changes in a conversation, and what follows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from segue_common.decisions import Decision
from segue_common.events import (
    CallEnded,
    CallHeldBack,
    CallPlaced,
    CallSaid,
    DeliveryUpdated,
    Event,
    EventData,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    MessageReceived,
    PersonSaid,
    ReleaseRequested,
    TakeoverRequested,
    TurnCompleted,
)
from segue_common.tenants import Tenant

from segue_router.domain import control, elsewhere, inbound, meeting_news, turns
from segue_router.domain.conversation import Conversation, Step
from segue_router.domain.former import take_over

RULES: dict[type[EventData], Callable[[Step, Any], Step]] = {
    MessageReceived: inbound.receive,
    TurnCompleted: turns.complete,
    turns.TurnOverdue: turns.overdue,
    TakeoverRequested: control.take_over,
    ReleaseRequested: control.release,
    PersonSaid: control.person_said,
    CallHeldBack: elsewhere.call_held_back,
    CallPlaced: elsewhere.call_placed,
    CallSaid: elsewhere.call_said,
    CallEnded: elsewhere.call_ended,
    MeetingBooked: meeting_news.booked,
    MeetingMoved: meeting_news.moved,
    MeetingCancelled: meeting_news.cancelled,
    DeliveryUpdated: elsewhere.delivered,
}


def matters(data: EventData) -> bool:
    """Whether it can change a conversation; what can't only belongs into its timeline."""
    if isinstance(data, DeliveryUpdated):
        return elsewhere.tells_opt_out(data)
    return type(data) in RULES


NOBODY: Mapping[UUID, Conversation] = {}


def decide(
    state: Conversation,
    event: Event[EventData],
    now: datetime,
    tenant: Tenant,
    former: Mapping[UUID, Conversation] = NOBODY,
) -> Decision[Conversation]:
    """What follows from one event; an event without a rule changes nothing. `former` are those
    conversations that the event says this one goes on from."""
    rule = RULES.get(type(event.data))
    step = Step(tenant=tenant, cause=event, now=now, state=state)
    if isinstance(event.data, MessageReceived) and event.data.formerly:
        step = take_over(step, event.data, former)
    return (rule(step, event.data) if rule else step).decision()

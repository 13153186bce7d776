"""Puts the router together: what it reads, how it decides, and the timeline over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.decisions import Decision
from segue_common.events import (
    BookingRefused,
    CallAnswered,
    CallEnded,
    CallHeldBack,
    CallPlaced,
    CallSaid,
    Contact,
    DeliveryUpdated,
    Event,
    EventData,
    FormSubmitted,
    HoldReleased,
    LeadQualified,
    LeadSynced,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MessageReceived,
    PersonSaid,
    ReleaseRequested,
    SlotsOffered,
    SyncFailed,
    TakeoverRequested,
    Topic,
    TurnCompleted,
)
from segue_common.events.topics import (
    BOOKINGS,
    CALLS,
    CONTROL,
    CRM,
    DELIVERY,
    INBOUND,
    LEADS,
    REPLIES,
)
from segue_common.runtime.access import require_bearer
from segue_common.runtime.problems import Problem
from segue_common.runtime.service import Definition, Platform
from segue_common.runtime.states import StateTable, fold
from segue_common.runtime.transaction import Transaction
from segue_dialogue.understanding import warm_up
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_router import metrics, timeline
from segue_router.domain.conversation import Conversation
from segue_router.domain.decide import decide, matters

HANDLES: dict[Topic, frozenset[type[EventData]]] = {
    INBOUND: frozenset({MessageReceived, FormSubmitted}),
    REPLIES: frozenset({TurnCompleted}),
    CONTROL: frozenset({TakeoverRequested, ReleaseRequested, PersonSaid}),
    CALLS: frozenset({CallHeldBack, CallPlaced, CallAnswered, CallSaid, CallEnded}),
    BOOKINGS: frozenset(
        {
            SlotsOffered, BookingRefused, MeetingHeld, HoldReleased, MeetingBooked, MeetingMoved,
            MeetingCancelled,
        }
    ),
    DELIVERY: frozenset({DeliveryUpdated}),
    LEADS: frozenset({LeadUpdated, LeadQualified}),
    CRM: frozenset({LeadSynced, SyncFailed}),
}  # fmt: skip


async def build(platform: Platform) -> Definition:
    """The router's definition."""
    conversations = StateTable("conversations", Conversation)
    warm_up(platform.languages)

    async def handle(work: Transaction, events: Sequence[Event[EventData]]) -> None:
        former = await conversations.load(work.conn, _former(events))

        def rule(state: Conversation, event: Event[EventData]) -> Decision[Conversation]:
            metrics.time_turn(state, event, work.now)
            return decide(state, event, work.now, platform.tenants[event.tenant], former)

        await fold(work, [e for e in events if matters(e.data)], conversations, _first, rule)
        outgoing = [item.event for item in work.outgoing]
        timeline.append(work, [*events, *outgoing])
        metrics.count(outgoing)

    async def show_timeline(request: Request) -> Response:
        require_bearer(request, platform.settings.internal_token)
        try:
            conversation_id = UUID(request.path_params["conversation"])
        except ValueError:
            raise Problem(400, "A conversation ID is a UUID.") from None
        async with platform.pool.connection() as conn:
            states = await conversations.load(conn, [conversation_id])
            events = await timeline.read(conn, conversation_id)
        if not events:
            raise Problem(404, "There is no such conversation.")
        state = states.get(conversation_id)
        return JSONResponse(
            {
                "conversation_id": str(conversation_id),
                "state": state.model_dump(mode="json") if state else None,
                "events": events,
            }
        )

    return Definition(
        handler=handle,
        handles=HANDLES,
        unhurried=(CRM, DELIVERY, LEADS),
        routes=[Route("/v1/conversations/{conversation}", show_timeline)],
    )


def _first(event: Event[EventData]) -> Conversation:
    """The state of a conversation before its first event."""
    contact = getattr(event.data, "contact", None)
    return Conversation(contact=contact or Contact(contact_id=event.subject))


def _former(events: Sequence[Event[EventData]]) -> set[UUID]:
    """The conversations that those of a batch go on from. One that changes in this very batch is
    taken over with a later message, which names it too."""
    named = {
        other
        for event in events
        if isinstance(event.data, MessageReceived)
        for other in event.data.formerly
    }
    return named - {event.subject for event in events}

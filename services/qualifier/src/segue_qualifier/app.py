"""Puts the qualifier together."""

from segue_common.events import (
    CallEnded,
    EventData,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    SalesTurnRequested,
    Topic,
    TurnCompleted,
)
from segue_common.events.topics import BOOKINGS, CALLS, REPLIES, TURNS_SALES
from segue_common.runtime.jobs import JobRunner
from segue_common.runtime.service import Definition, Platform
from segue_dialogue.model import open_model
from segue_dialogue.understanding import warm_up

from segue_qualifier.agent import MODEL_TURN
from segue_qualifier.handler import LeadHandler
from segue_qualifier.http import LeadRoutes
from segue_qualifier.model_turn import ModelRunner

HANDLES: dict[Topic, frozenset[type[EventData]]] = {
    TURNS_SALES: frozenset({SalesTurnRequested}),
    CALLS: frozenset({CallEnded}),
    BOOKINGS: frozenset({MeetingBooked, MeetingMoved, MeetingCancelled}),
}


async def build(platform: Platform) -> Definition:
    """The qualifier; with `OPENAI_API_KEY` set, turns go through the model first."""
    warm_up(platform.languages)
    model = open_model(lambda: platform.redis, platform.clock)
    runners: dict[str, JobRunner] = {}
    handles = HANDLES
    if model is not None:
        platform.resources.push_async_callback(model.aclose)
        runners[MODEL_TURN] = ModelRunner(model, platform.tenants)
        # What other agents' turns cost a lead is in their answers.
        handles = {**HANDLES, REPLIES: frozenset({TurnCompleted})}
    return Definition(
        handler=LeadHandler(platform.tenants, with_model=model is not None),
        handles=handles,
        runners=runners,
        routes=LeadRoutes(platform.pool, platform.settings.internal_token).routes,
    )

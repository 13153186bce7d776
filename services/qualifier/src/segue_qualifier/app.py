"""Puts the qualifier together."""

from segue_common.events import (
    CallEnded,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    SalesTurnRequested,
)
from segue_common.events.topics import BOOKINGS, CALLS, TURNS_SALES
from segue_common.runtime.jobs import JobRunner
from segue_common.runtime.service import Definition, Platform
from segue_dialogue.model import ModelSettings, model_from_env
from segue_dialogue.understanding import warm_up

from segue_qualifier.agent import MODEL_TURN
from segue_qualifier.handler import LeadHandler
from segue_qualifier.http import LeadRoutes
from segue_qualifier.model_turn import ModelRunner


async def build(platform: Platform) -> Definition:
    """The qualifier; with `OPENAI_API_KEY` set, turns go through the model first."""
    warm_up()
    model = model_from_env()
    runners: dict[str, JobRunner] = {}
    if model is not None:
        platform.resources.push_async_callback(model.aclose)
        runners[MODEL_TURN] = ModelRunner(model, ModelSettings().model, platform.tenants)
    return Definition(
        handler=LeadHandler(platform.tenants, with_model=model is not None),
        handles={
            TURNS_SALES: frozenset({SalesTurnRequested}),
            CALLS: frozenset({CallEnded}),
            BOOKINGS: frozenset({MeetingBooked, MeetingMoved, MeetingCancelled}),
        },
        runners=runners,
        routes=LeadRoutes(platform.pool, platform.settings.internal_token).routes,
    )

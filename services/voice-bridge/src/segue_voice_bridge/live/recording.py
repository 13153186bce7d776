"""Turns of a live call as events, whose IDs depend on the call and the turn alone."""

from datetime import datetime
from uuid import UUID

from segue_common.events import (
    BookingWanted,
    Event,
    EventData,
    SlotsWanted,
    derived_id,
    root_event,
)

from segue_voice_bridge.domain.agent import Input, Session, Turn
from segue_voice_bridge.domain.agent.inputs import Connected, Heard, Interrupted
from segue_voice_bridge.domain.happenings import TurnTaken

SOURCE = "/segue/voice-bridge"


def turn_event(
    event: Input, turn: Turn, before: Session, *, tenant: str, conversation_id: UUID, now: datetime
) -> Event[EventData]:
    """The turn as a root event: taken again after a crash, it is the same event."""
    session = turn.session
    switched = session.language != before.language
    data = TurnTaken(
        call_id=session.call_id,
        heard=event.text if isinstance(event, Heard) else None,
        switched_to=session.language if switched else None,
        cut=event.heard if isinstance(event, Interrupted) else None,
        says=event.greeting if isinstance(event, Connected) else turn.says or None,
        slots_wanted=tuple(c for c in turn.commands if isinstance(c, SlotsWanted)),
        bookings_wanted=tuple(c for c in turn.commands if isinstance(c, BookingWanted)),
        session=session,
        model_use=turn.model_use,
    )
    return root_event(
        data,
        id=derived_id(session.call_id, data.TYPE, session.turn),
        source=SOURCE,
        tenant=tenant,
        conversation_id=conversation_id,
        time=now,
    )

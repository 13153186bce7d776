"""The voice agent: what it says to what it hears, as a pure function."""

from datetime import datetime
from typing import Protocol

from segue_voice_bridge.domain.agent.hear import hear
from segue_voice_bridge.domain.agent.inputs import Input, Turn
from segue_voice_bridge.domain.agent.session import Session


class VoiceAgent(Protocol):
    """Whoever decides what is said on a call."""

    def __call__(self, session: Session, event: Input, now: datetime) -> Turn: ...


__all__ = ["Input", "Session", "Turn", "VoiceAgent", "hear"]

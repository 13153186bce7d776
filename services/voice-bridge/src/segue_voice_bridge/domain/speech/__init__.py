"""How a call sounds: which language is spoken by which voice, and who understands it."""

from segue_voice_bridge.domain.speech.choosing import (
    call_languages,
    speech_for,
    speech_of,
    spoken_in,
)
from segue_voice_bridge.domain.speech.speech import ALL_AT_ONCE, Speech

__all__ = ["ALL_AT_ONCE", "Speech", "call_languages", "speech_for", "speech_of", "spoken_in"]

"""One language on a call, as the carrier is told of it."""

from dataclasses import dataclass, replace

from segue_common.tenants import Voice

TTS_PROVIDER = "Google"
# Deepgram hears these ten at once and follows whoever switches between them; every other language
# is heard alone. Sources: Deepgram, "Multilingual codeswitching" (nova-3); Twilio's changelog of 7
# October 2025, "automatic language detection".
ALL_AT_ONCE = ("en", "es", "fr", "de", "pt", "it", "nl", "hi", "ru", "ja")
MULTI, MULTI_MODEL = "multi", "nova-3-general"


@dataclass(frozen=True)
class Speech:
    """The attributes of `<ConversationRelay>` that a language needs; a voice that isn't named is
    the carrier's usual one for the language."""

    language: str
    tts_language: str
    tts_provider: str
    transcription_language: str
    transcription_provider: str
    voice: str | None = None
    speech_model: str | None = None

    def with_voice(self, own: Voice) -> "Speech":
        """As the business wants it. Whoever is named to transcribe hears this language alone."""
        heard_by_name = own.transcription is not None or own.speech_model is not None
        tag = own.tag or self.tts_language
        spoken = replace(
            self, tts_language=tag, tts_provider=own.provider or self.tts_provider, voice=own.voice
        )
        if not heard_by_name:
            return spoken
        return replace(
            spoken,
            transcription_language=tag,
            transcription_provider=own.transcription or self.transcription_provider,
            speech_model=own.speech_model,
        )

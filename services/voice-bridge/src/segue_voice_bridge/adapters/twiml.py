"""What the carrier is told to do with a call, as TwiML."""

from babel import Locale
from babel.core import UnknownLocaleError
from twilio.twiml.voice_response import Connect, VoiceResponse

# Without a tag of its own a language is spoken as most of its speakers do.
_REGIONS = {"en": ("US", "GB", "AU", "IN"), "es": ("US", "ES", "MX"), "fr": ("FR", "CA"),
            "pt": ("BR", "PT"), "de": ("DE",)}  # fmt: skip


def talk(*, socket: str, after: str, greeting: str, language: str, region: str) -> str:
    """Greet, and connect the call to the agent; `after` is asked what to do once it is over."""
    spoken = speech_tag(language, region)
    response = VoiceResponse()
    connect = Connect(action=after, method="POST")
    connect.conversation_relay(
        url=socket,
        welcome_greeting=greeting,
        welcome_greeting_interruptible="any",
        language=spoken,
        tts_language=spoken,
        transcription_language=spoken,
        interruptible="any",
        dtmf_detection=True,
    )
    response.append(connect)
    return str(response)


def say_and_hang_up(words: str, language: str, region: str) -> str:
    response = VoiceResponse()
    response.say(words, language=speech_tag(language, region))
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def busy() -> str:
    response = VoiceResponse()
    response.reject(reason="busy")
    return str(response)


def speech_tag(language: str, region: str) -> str:
    """A BCP 47 tag such as `en-US` for the carrier's voices."""
    try:
        locale = Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return "en-US"
    if locale.territory:
        return f"{locale.language}-{locale.territory}"
    known = _REGIONS.get(locale.language)
    if known:
        return f"{locale.language}-{region if region in known else known[0]}"
    return locale.language

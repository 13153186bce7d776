"""What the carrier is told to do with a call, as TwiML.

Source of the attributes: Twilio, "TwiML Voice: <ConversationRelay>" and its `<Language>` element.
"""

from collections.abc import Sequence

from twilio.twiml.voice_response import Connect, ConversationRelay, VoiceResponse

from segue_voice_bridge.domain.speech import Speech


def talk(
    *, socket: str, after: str, greeting: str, speech: Speech, others: Sequence[Speech] = ()
) -> str:
    """Greet, and connect the call to the agent; `after` is asked what to do once it is over.
    `others` are the languages that the call may go on in."""
    response = VoiceResponse()
    connect = Connect(action=after, method="POST")
    relay = connect.conversation_relay(
        url=socket,
        welcome_greeting=greeting,
        welcome_greeting_interruptible="any",
        language=speech.tts_language,
        tts_language=speech.tts_language,
        tts_provider=speech.tts_provider,
        voice=speech.voice,
        transcription_language=speech.transcription_language,
        transcription_provider=speech.transcription_provider,
        speech_model=speech.speech_model,
        interruptible="any",
        dtmf_detection=True,
    )
    _declare(relay, (speech, *others))
    response.append(connect)
    return str(response)


def say_and_hang_up(words: str, speech: Speech) -> str:
    response = VoiceResponse()
    response.say(words, language=speech.tts_language)
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


def _declare(relay: ConversationRelay, speeches: Sequence[Speech]) -> None:
    """One element for each code that a `language` message may name, for speaking or for hearing."""
    codes: dict[str, dict[str, str | None]] = {}
    for one in speeches:
        spoken = codes.setdefault(one.tts_language, {})
        spoken |= {"tts_provider": one.tts_provider, "voice": one.voice}
        heard = codes.setdefault(one.transcription_language, {})
        heard |= {
            "transcription_provider": one.transcription_provider,
            "speech_model": one.speech_model,
        }
    for code, settings in codes.items():
        relay.language(code=code, **settings)

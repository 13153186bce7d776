"""How a call sounds: voices and ears for each language, and the switch from one to another."""

import json
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest
from segue_common.events import Contact
from segue_common.tenants import Languages, Tenant, Voice
from segue_dialogue.phrasing import phrasebook
from segue_voice_bridge.adapters.relay_frames import language_frame
from segue_voice_bridge.adapters.twiml import talk
from segue_voice_bridge.domain.agent import Session, hear
from segue_voice_bridge.domain.agent.inputs import Connected, Heard
from segue_voice_bridge.domain.agent.words import greeting
from segue_voice_bridge.domain.desk_state import Call, Desk
from segue_voice_bridge.domain.opening import open_session
from segue_voice_bridge.domain.speech import call_languages, speech_for, speech_of, spoken_in

CALL = UUID(int=5)
NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)
VOICELESS = {"fa", "hy", "ka", "mk", "ne", "sq"}


def acme(default: str = "en", region: str = "US", **voices: Voice) -> Tenant:
    return Tenant(
        tenant="acme", name="Acme", time_zone="America/New_York", region=region,
        languages=Languages(default=default, voices=voices),
    )  # fmt: skip


def opened(language: str, tenant: Tenant | None = None) -> Session:
    """The session of a call to a lead whose conversation is in this language."""
    contact = Contact(contact_id=CALL, name="Dana", phone="+12125550123")
    call = Call(
        call_id=CALL, qualification_id=None, attempt=1, phone="+12125550123", allowed_at=NOW
    )
    desk = Desk(contact=contact, call=call, changed_language=language)
    session = open_session(desk, call, tenant or acme())
    return hear(session, Connected(session.greeting), NOW).session


def test_every_language_of_the_catalogues_has_a_voice_or_is_named_as_voiceless() -> None:
    without = {code for code in phrasebook().languages if speech_for(code, acme()) is None}
    assert without == VOICELESS


@pytest.mark.parametrize(
    ("language", "region", "tag"),
    [("en", "US", "en-US"), ("en", "GB", "en-GB"), ("es", "US", "es-US"), ("es", "ES", "es-ES"),
     ("es", "DE", "es-US"), ("es-ES", "US", "es-ES"), ("es-MX", "US", "es-US"),
     ("pt", "US", "pt-BR"), ("pl", "US", "pl-PL"), ("zh-TW", "US", "cmn-TW"),
     ("zh", "US", "cmn-CN")],
)  # fmt: skip
def test_a_language_is_spoken_as_its_region_does(language: str, region: str, tag: str) -> None:
    assert speech_of(language, acme(region=region)).tts_language == tag


@pytest.mark.parametrize("language", ["es", "en", "de", "hi"])
def test_languages_that_are_heard_at_once_can_be_switched_between(language: str) -> None:
    speech = speech_of(language, acme())
    heard = (
        speech.transcription_provider, speech.transcription_language, speech.speech_model
    )  # fmt: skip
    assert heard == ("Deepgram", "multi", "nova-3-general")


def test_any_other_language_is_heard_alone() -> None:
    speech = speech_of("nb", acme())
    assert (speech.tts_language, speech.transcription_language) == ("nb-NO", "no-NO")
    assert (speech.transcription_provider, speech.speech_model) == ("Google", None)


@pytest.mark.parametrize(("default", "instead"), [("en", "en"), ("de", "de"), ("ka", "en")])
def test_without_a_voice_the_call_is_in_the_language_of_the_business(
    default: str, instead: str
) -> None:
    assert spoken_in("hy", acme(default)) == instead
    session = opened("hy", acme(default))
    assert session.language == instead
    assert session.greeting == greeting(instead, "Acme", "Dana", "")


def test_a_business_names_its_own_voices() -> None:
    mexican = Voice(tag="es-MX", provider="ElevenLabs", voice="Lucia")
    speech = speech_of("es", acme(es=mexican))
    assert (speech.tts_language, speech.tts_provider, speech.voice) == (
        "es-MX", "ElevenLabs", "Lucia",
    )  # fmt: skip
    assert speech.transcription_language == "multi"


def test_whoever_is_named_to_transcribe_hears_one_language() -> None:
    speech = speech_of("es", acme(es=Voice(transcription="Google", speech_model="telephony")))
    assert (speech.transcription_provider, speech.transcription_language) == ("Google", "es-US")
    assert speech.speech_model == "telephony"


def test_a_business_may_have_a_voice_where_the_carrier_has_none() -> None:
    own = Voice(tag="ka-GE", provider="ElevenLabs", voice="Nino", transcription="Google")
    tenant = acme(ka=own)
    assert spoken_in("ka", tenant) == "ka"
    assert "ka" in call_languages("en", tenant)
    half_told = acme(ka=Voice(tag="ka-GE", voice="Nino"))
    assert spoken_in("ka", half_told) == "en"


def test_a_call_may_go_on_in_what_can_be_heard_and_in_what_the_business_names() -> None:
    languages = call_languages("es-MX", acme(pl=Voice(voice="pl-PL-Wavenet-F")))
    assert languages[:3] == ("es-MX", "en", "pl")
    assert "fr" in languages
    assert "es" not in languages
    assert "tr" not in languages


def test_the_carrier_is_told_of_the_language_and_of_those_it_may_go_on_in() -> None:
    tenant = acme()
    document = talk(
        socket="wss://x/relay", after="https://x/ended", greeting="¿Hola?",
        speech=speech_of("pl", tenant), others=[speech_of("pl", tenant), speech_of("en", tenant)],
    )  # fmt: skip
    relay = ElementTree.fromstring(document).find("Connect/ConversationRelay")
    assert relay is not None
    spoken = {k: v for k, v in relay.attrib.items() if "anguage" in k or "rovider" in k}
    assert spoken == {
        "language": "pl-PL", "ttsLanguage": "pl-PL", "ttsProvider": "Google",
        "transcriptionLanguage": "pl", "transcriptionProvider": "Deepgram",
    }  # fmt: skip
    assert [dict(element.attrib) for element in relay.findall("Language")] == [
        {"code": "pl-PL", "ttsProvider": "Google"},
        {"code": "pl", "transcriptionProvider": "Deepgram"},
        {"code": "en-US", "ttsProvider": "Google"},
        {"code": "multi", "transcriptionProvider": "Deepgram", "speechModel": "nova-3-general"},
    ]


def test_a_switch_tells_the_carrier_only_what_changes() -> None:
    spanish, english, polish = (speech_of(code, acme()) for code in ("es", "en", "pl"))
    assert json.loads(language_frame(spanish, english)) == {
        "type": "language", "ttsLanguage": "en-US",
    }  # fmt: skip
    assert json.loads(language_frame(english, polish)) == {
        "type": "language", "ttsLanguage": "pl-PL", "transcriptionLanguage": "pl",
    }  # fmt: skip


def test_who_switches_is_answered_in_the_new_language() -> None:
    session = opened("es")
    assert "¿" in session.greeting
    turn = hear(session, Heard("Sorry, I'm afraid that my Spanish is not very good"), NOW)
    assert turn.session.language == "en"
    assert turn.says == phrasebook().say("voice.good_time", "en", business="Acme")
    assert not turn.session.misses


def test_who_only_asks_for_another_language_has_answered_nothing() -> None:
    turn = hear(opened("es"), Heard("Sorry, can we speak English please?"), NOW)
    assert turn.session.language == "en"
    assert turn.says == phrasebook().say("voice.good_time", "en", business="Acme")


@pytest.mark.parametrize("text", ["okay", "sí, perfecto", "Thanks", "el Acme Plaza", ""])
def test_a_borrowed_word_switches_nothing(text: str) -> None:
    assert hear(opened("es"), Heard(text), NOW).session.language == "es"


def test_a_call_does_not_go_on_in_what_it_cannot_speak() -> None:
    said = "Ես ուզում եմ խոսել հայերեն, եթե հնարավոր է"
    assert hear(opened("es"), Heard(said), NOW).session.language == "es"


def test_a_variant_of_the_conversation_stays_one() -> None:
    tenant = acme("es-MX")
    session = hear(
        opened("en", tenant), Heard("Perdone, prefiero hablar con usted en español"), NOW
    )
    assert session.session.language == "es-MX"

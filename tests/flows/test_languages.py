"""Leads who switch their language: on the telephone, and in the chat where they are handed on."""

import pytest
from segue_common.events import (
    CallEnded,
    CallSaid,
    LanguageChanged,
    LeadQualified,
    LeadSynced,
    MeetingBooked,
    PersonWanted,
)
from segue_dialogue.understanding import detect_language

# Above the deadlines of its own waits, each of which says what was waited for.
pytestmark = pytest.mark.timeout(600)

IN_SPANISH = (
    "Hola, necesito un implante dental, mi presupuesto es de 3000 dólares, la decisión es mía y "
    "tiene que ser esta semana. Llámeme por favor"
)
SWITCHES_AND_BOOKS = [
    {"hears": "buen momento", "does": ["Sorry, I'm afraid that my Spanish is not very good"]},
    {"hears": "good time", "does": ["yes it is"]},
    {"hears": r"\d", "does": ["the first one"], "once": True},
    {"hears": "booked|see you", "does": ["great, bye"]},
]


def language_of(text: str) -> str:
    """The language that the words of a text speak for most; empty where none do."""
    return detect_language(text, "")


async def test_a_spanish_chat_becomes_an_english_call_and_is_confirmed_in_english(
    new_lead,
) -> None:
    lead = new_lead(name="Marta Silva")
    await lead.picks_up(script=SWITCHES_AND_BOOKS)
    assert language_of(await lead.asks(IN_SPANISH)) == "es"
    qualified = await lead.sees(LeadQualified)
    assert (qualified.language, qualified.consent_to_call) == ("es", "granted")
    meeting = await lead.sees(MeetingBooked)
    assert meeting.by == "call"
    assert (await lead.sees(CallEnded)).outcome == "booked"

    [call] = await lead.calls()
    assert (call.relay["language"], call.relay["ttsLanguage"]) == ("es-US", "es-US")
    assert call.relay["transcriptionLanguage"] == "multi"
    assert language_of(call.relay["welcomeGreeting"]) == "es"
    switches = [frame for frame in call.frames if frame["type"] == "language"]
    assert switches == [{"type": "language", "ttsLanguage": "en-US"}]

    lines = await lead.all(CallSaid)
    by_agent = [line.text for line in lines if line.speaker == "agent"]
    assert [line.switched_to for line in lines if line.switched_to] == ["en"]
    assert "asistente" in by_agent[0]
    assert {language_of(text) for text in by_agent[1:]} <= {"en", ""}
    assert "booked" in " ".join(by_agent[1:])

    confirmation = await lead.reads()
    assert language_of(confirmation) == "en"
    assert [change.language for change in await lead.all(LanguageChanged)] == ["es", "en"]
    # The chat, the call, the meeting and the CRM's record all carry the conversation's ID.
    await lead.sees(LeadSynced, lambda synced: synced.stage == "meeting")


async def test_who_turns_to_english_to_book_in_the_chat_is_answered_in_english(new_lead) -> None:
    lead = new_lead(name="Ana")
    assert language_of(await lead.asks("Hola, ¿hacen ustedes limpiezas dentales?")) == "es"
    offer = await lead.asks(
        "Sorry, could we go on in English? I'd like to book a cleaning, is there anything free on "
        "Thursday?"
    )
    assert language_of(offer) == "en"
    assert any(char.isdigit() for char in offer)
    assert language_of(await lead.asks("the first one please")) == "en"
    assert (await lead.sees(MeetingBooked)).by == "chat"


async def test_who_asks_for_a_person_in_english_is_answered_in_english_and_back(new_lead) -> None:
    lead = new_lead(name="Luis")
    assert language_of(await lead.asks("Hola, quería pedir una cita para mi hijo")) == "es"
    assert language_of(await lead.asks("I would rather talk to a real person please")) == "en"
    await lead.sees(PersonWanted)
    assert language_of(await lead.asks("Bueno, ¿tienen hueco mañana por la tarde?")) == "es"

"""What the carrier is told and sends: TwiML, frames and addresses."""

import json
from uuid import UUID
from xml.etree import ElementTree

import pytest
from segue_common.tenants import Tenant
from segue_voice_bridge.adapters import twiml
from segue_voice_bridge.adapters.relay_frames import (
    Dtmf,
    Interrupt,
    Prompt,
    end_frame,
    outcome_of,
    read_frame,
    text_frames,
)
from segue_voice_bridge.addresses import Addresses
from segue_voice_bridge.domain.speech import speech_of

CALL = UUID(int=1)


def test_an_answered_call_is_connected_to_the_relay_with_its_greeting() -> None:
    document = twiml.talk(
        socket="wss://x/relay", after="https://x/ended", greeting='Hi "Dana" & co',
        speech=speech_of("en", Tenant(tenant="acme", name="Acme", time_zone="UTC")),
    )  # fmt: skip
    root = ElementTree.fromstring(document)
    connect = root.find("Connect")
    assert connect is not None
    assert connect.get("action") == "https://x/ended"
    relay = connect.find("ConversationRelay")
    assert relay is not None
    assert relay.attrib == {
        "url": "wss://x/relay",
        "welcomeGreeting": 'Hi "Dana" & co',
        "welcomeGreetingInterruptible": "any",
        "language": "en-US",
        "ttsLanguage": "en-US",
        "ttsProvider": "Google",
        "transcriptionLanguage": "multi",
        "transcriptionProvider": "Deepgram",
        "speechModel": "nova-3-general",
        "interruptible": "any",
        "dtmfDetection": "true",
    }


def test_words_go_out_sentence_by_sentence_and_whole() -> None:
    words = "One moment. You're booked for 3:00 p.m. Is there anything else?"
    frames = [json.loads(frame) for frame in text_frames(words)]
    assert "".join(frame["token"] for frame in frames) == words
    assert [frame["last"] for frame in frames] == [False] * (len(frames) - 1) + [True]


@pytest.mark.parametrize("duration", [120, "120"])
def test_an_interruption_is_read_whatever_the_session_writes_its_duration_as(
    duration: object,
) -> None:
    raw = json.dumps(
        {
            "type": "interrupt",
            "utteranceUntilInterrupt": "I can",
            "durationUntilInterruptMs": duration,
        }
    )
    assert read_frame(raw) == Interrupt(type="interrupt", utteranceUntilInterrupt="I can")


def test_frames_that_are_unknown_or_malformed_are_passed_over() -> None:
    for raw in ("", "[]", "{", '{"type":"info","name":"x"}', '{"type":"dtmf","digit":"11"}'):
        assert read_frame(raw) is None
    assert read_frame('{"type":"prompt","voicePrompt":"hi","lang":"en-US","last":true}') == Prompt(
        type="prompt", voicePrompt="hi"
    )
    assert read_frame('{"type":"dtmf","digit":"1"}') == Dtmf(type="dtmf", digit="1")


def test_the_outcome_comes_back_with_the_end() -> None:
    assert outcome_of(json.loads(end_frame("booked"))["handoffData"]) == "booked"
    assert outcome_of(None) is None
    assert outcome_of("not json") is None
    assert outcome_of('{"outcome":"rich"}') is None


def test_the_socket_is_as_secure_as_the_web() -> None:
    assert (
        Addresses("https://x.example/").relay("acme", CALL).startswith("wss://x.example/v1/acme/")
    )
    assert Addresses("http://127.0.0.1:1").relay("acme", CALL).startswith("ws://127.0.0.1:1/v1/")

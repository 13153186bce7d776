"""Laws: signatures agree with the provider's library, pages cover a list, people are consistent."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_local.simulator.agent_voice import AgentVoice
from segue_local.simulator.lines import Ingress
from segue_local.simulator.listing import page_of, span_of
from segue_local.simulator.people import Attention, HangUp, Interrupt, PhonePerson, Say, on
from segue_local.simulator.signing import sign_twilio
from segue_local.simulator.twiml import BadTwiml, Relay, replies_of, verbs_of
from starlette.datastructures import QueryParams
from twilio.request_validator import RequestValidator

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(texts, texts), st.sampled_from(["https", "http", "wss", "ws"]))
def test_a_signature_holds_for_the_providers_own_validator(form, scheme):
    url = f"{scheme}://segue.example/v1/acme/twilio/messages"
    signature = sign_twilio("token", url, list(form.items()))
    validator = RequestValidator("token")
    assert validator.validate(url, form, signature)
    assert not validator.validate(url, {**form, "Extra": "x"}, signature)
    assert not RequestValidator("other").validate(url, form, signature)


@dataclass(frozen=True)
class Item:
    sid: str


@given(st.integers(0, 40), st.integers(1, 15))
def test_the_pages_of_a_list_hold_every_record_once_and_in_order(count, size):
    items = [Item(f"SM{n}") for n in range(count)]
    seen, uri = [], f"/list?PageSize={size}"
    while uri:
        query = QueryParams(parse_qsl(urlsplit(uri).query))
        page = page_of(items, query, "/list", "items", lambda item: {"sid": item.sid})
        seen += [item["sid"] for item in page["items"]]
        uri = page["next_page_uri"]
        items = [Item(f"new{len(items)}"), *items] if uri else items
    assert seen == [f"SM{n}" for n in range(count)]


def test_a_bare_day_means_the_whole_of_it():
    span = span_of(QueryParams([("StartTime", "2026-11-22")]), "StartTime")
    noon = datetime(2026, 11, 22, 12, 0, 0, 500, UTC)
    assert span.holds(noon)
    assert not span.holds(noon - timedelta(days=1))
    assert not span.holds(noon + timedelta(days=1))


def test_the_start_of_a_span_includes_its_second():
    span = span_of(QueryParams([("DateSent>", "2026-11-22T12:00:00Z")]), "DateSent")
    assert span.holds(datetime(2026, 11, 22, 12, 0, 0, 1, UTC))
    assert not span.holds(datetime(2026, 11, 22, 11, 59, 59, 999_999, UTC))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://s.example/v1/a/twilio/messages", "http://in:1/v1/a/twilio/messages"),
        ("https://s.example/v1/a/twilio/message-status", "http://in:1/v1/a/twilio/message-status"),
        ("https://s.example/v1/a/meta/webhook?x=1", "http://in:1/v1/a/meta/webhook?x=1"),
        ("https://s.example/v1/a/twilio/voice", "http://voice:2/v1/a/twilio/voice"),
        ("https://s.example/v1/a/twilio/calls/7/amd", "http://voice:2/v1/a/twilio/calls/7/amd"),
        ("wss://s.example/v1/a/twilio/relay/7", "ws://voice:2/v1/a/twilio/relay/7"),
        ("https://other.example/v1/a/twilio/voice", "https://other.example/v1/a/twilio/voice"),
    ],
)
def test_a_public_url_leads_to_the_service_behind_it(url, target):
    ingress = Ingress("https://s.example", "http://in:1", "http://voice:2")
    assert ingress.connect_url(url) == target


def test_a_person_uses_a_single_reaction_once_and_the_default_when_nothing_fits():
    person = PhonePerson(script=[on("name", "Ana", once=True)], default=("Sorry?",))
    attention = Attention(person)
    said = [attention.reacts_to("Your NAME, please?") for _ in range(2)]
    assert said == [[Say("Ana")], [Say("Sorry?")]]


@given(st.integers(0, 30))
def test_an_interruption_is_due_once_enough_was_heard(length):
    person = PhonePerson(script=[on("", Interrupt(10, "stop"), HangUp(), once=True)])
    due = Attention(person).interrupts("x" * length)
    assert due == ((Interrupt(10, "stop"), [HangUp()]) if length >= 10 else None)


async def _nothing(_: object) -> None:
    return None


def test_a_preemptible_utterance_makes_way_for_the_next():
    voice = AgentVoice(_nothing, _nothing, chars_per_second=10)
    voice.add("a long filler", last=True, interruptible=True, preemptible=True)
    voice.add("the answer", last=True, interruptible=True, preemptible=False)
    assert voice.current is not None
    assert voice.current.text == "the answer"


async def test_whoever_waits_for_silence_is_let_go_by_an_interruption():
    voice = AgentVoice(_nothing, _nothing, chars_per_second=10)
    voice.add("a long farewell", last=True, interruptible=True, preemptible=False)
    waiting = asyncio.create_task(voice.silence())
    await asyncio.sleep(0)
    voice.cut()
    async with asyncio.timeout(2):
        await waiting


def test_twiml_is_read_with_its_relay_and_parameters():
    (relay,) = verbs_of(
        '<Response><Connect action="https://x.example/a"><ConversationRelay url="wss://x.example/r"'
        ' interruptible="none"><Parameter name="k" value="v"/></ConversationRelay></Connect>'
        "</Response>"
    )
    assert isinstance(relay, Relay)
    assert (relay.url, relay.action) == ("wss://x.example/r", "https://x.example/a")
    assert relay.parameters == {"k": "v"}
    assert not relay.flag("interruptible", default=True)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{}",
        "<Other/>",
        "<Response><Dance/></Response>",
        "<Response><Connect/></Response>",
        '<Response><Connect><ConversationRelay url="https://x.example"/></Connect></Response>',
        '<Response><Connect><ConversationRelay url="ws://x.example"/></Connect></Response>',
    ],
)
def test_a_document_that_twilio_would_not_follow_is_refused(document):
    with pytest.raises(BadTwiml):
        verbs_of(document)


def test_a_message_reply_is_read_and_an_empty_body_is_none():
    assert replies_of("<Response><Message>Hello</Message></Response>") == ["Hello"]
    assert replies_of("") == []

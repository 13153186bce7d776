"""What providers post: taken once, refused when forged, acknowledged when it is safe."""

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest
from ingest_lab import INTERNAL_TOKEN, META, OPERATOR_TOKEN, TOKEN, Lab, Replica, signed
from segue_common.events import Event, FormSubmitted, MessageReceived
from segue_common.events.topics import INBOUND
from segue_local.simulator import CarrierSimulator

pytestmark = pytest.mark.usefixtures("replica")


def number() -> str:
    return f"+1202{uuid.uuid4().int % 10**7:07d}"


def sms(sender: str, text: str = "hello", **more: str) -> dict[str, str]:
    return {
        "MessageSid": f"SM{uuid.uuid4().hex}", "From": sender, "To": "+15005550006",
        "Body": text, "NumMedia": "0", **more,
    }  # fmt: skip


async def post(
    http: aiohttp.ClientSession, url: str, form: dict[str, str], token: str = TOKEN
) -> tuple[int, str]:
    async with http.post(url, data=form, headers=signed(url, form, token)) as answer:
        return answer.status, await answer.text()


async def received(lab: Lab, sender: str) -> list[Event[MessageReceived]]:
    return [
        event
        for event in await lab.events(INBOUND)
        if isinstance(event.data, MessageReceived) and event.data.contact.phone == sender
    ]


async def test_a_webhook_posted_three_times_is_one_event(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    sender = number()
    form = sms(sender, "I want to know more")
    url = f"{lab.here}/twilio/messages"
    answers = await asyncio.gather(*(post(http, url, form) for _ in range(3)))
    assert {status for status, _ in answers} == {200}
    assert "<Response></Response>" in answers[0][1]
    events = await received(lab, sender)
    assert len({event.id for event in events}) == 1
    assert events[0].data.text == "I want to know more"
    assert len({event.subject for event in events}) == 1


async def test_a_forged_or_missing_signature_is_refused(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    sender = number()
    form = sms(sender)
    for path in ("messages", "message-status"):
        url = f"{lab.here}/twilio/{path}"
        assert (await post(http, url, form, "another-token"))[0] == 403
        assert (await http.post(url, data=form)).status == 403
        changed = form | {"Body": "changed"}
        assert (await http.post(url, data=changed, headers=signed(url, form))).status == 403
    assert await received(lab, sender) == []


async def test_a_flood_of_forged_webhooks_keeps_no_signed_one_out(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    url = f"{lab.here}/twilio/messages"
    forged = asyncio.gather(*(post(http, url, sms(number()), "another-token") for _ in range(300)))
    signed_ones = await asyncio.gather(*(post(http, url, sms(number())) for _ in range(10)))
    assert {status for status, _ in signed_ones} == {200}
    assert {status for status, _ in await forged} == {403}


async def test_a_query_is_part_of_what_is_signed(lab: Lab, http: aiohttp.ClientSession) -> None:
    url, form = f"{lab.here}/twilio/messages?hint=a%20b", sms(number())
    async with http.post(
        aiohttp.client.URL(url, encoded=True), data=form, headers=signed(url, form)
    ) as answer:
        assert answer.status == 200


async def test_errors_are_problem_documents(lab: Lab, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{lab.public_url}/v1/nobody/twilio/messages", data=sms("+1")) as answer:
        assert answer.status == 404
        assert answer.content_type == "application/problem+json"
        problem = await answer.json()
    assert problem["type"].startswith("urn:segue:problem:")
    assert problem["detail"]


async def test_too_large_a_body_is_refused_with_and_without_a_length(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 1024

    url = f"{lab.here}/twilio/messages"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for data in (b"x" * 200_000, chunks()):
        async with http.post(url, data=data, headers=kind) as answer:
            assert answer.status == 413


async def test_a_malformed_form_is_refused_and_of_a_wrong_one_the_field_is_named(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    url = f"{lab.here}/twilio/messages"
    headers = {"X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"no form", b"a=%ff", b"\xff=1"):
        async with http.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400, body
    async with http.post(url, json={}, headers={"X-Twilio-Signature": "x"}) as answer:
        assert answer.status == 400
    form = {"Body": "nobody sent this", "To": "+15005550006", "MessageSid": "SM1"}
    status, body = await post(http, url, form)
    assert status == 422
    assert json.loads(body)["field"] == "From"


async def test_stop_words_of_the_carrier_and_pictures_reach_the_event(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    sender = number()
    media = {"NumMedia": "1", "MediaUrl0": "https://x/0", "MediaContentType0": "image/png"}
    form = sms(sender, "STOP", OptOutType="STOP", **media)
    assert (await post(http, f"{lab.here}/twilio/messages", form))[0] == 200
    (event,) = await received(lab, sender)
    assert event.data.carrier_keyword == "stop"
    assert event.data.attachments[0].content_type == "image/png"


async def test_sms_whatsapp_meta_and_voice_of_one_number_are_one_conversation(
    lab: Lab, carriers: CarrierSimulator, http: aiohttp.ClientSession
) -> None:
    sender = number()
    await carriers.lead(sender, tenant=lab.tenant).say("one")
    await carriers.lead(sender, tenant=lab.tenant, channel="whatsapp", name="Ann").say("two")
    await carriers.meta_lead(sender, tenant=lab.tenant, name="Ann").say("three")
    async with http.post(
        f"{lab.public_url}/internal/v1/{lab.tenant}/conversations",
        json={"channel": "voice", "address": sender},
        headers={"Authorization": f"Bearer {INTERNAL_TOKEN}"},
    ) as answer:
        voice = await answer.json()
    events = await received(lab, sender)
    assert [event.data.text for event in events] == ["one", "two", "three"]
    assert {str(event.subject) for event in events} == {voice["conversation_id"]}
    assert voice["contact"]["name"] == "Ann"
    assert voice["contact"]["phone"] == sender


async def test_a_whatsapp_user_who_shows_the_number_later_joins_its_conversation(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    sender, user = number(), f"US.{uuid.uuid4().hex}"
    await carriers.lead(sender, tenant=lab.tenant).say("by sms")
    hidden = carriers.lead("", tenant=lab.tenant, channel="whatsapp", user_id=user)
    await hidden.say("hidden")
    shown = carriers.lead(sender, tenant=lab.tenant, channel="whatsapp", user_id=user)
    await shown.say("shown")
    await hidden.say("hidden again")
    by_text = {
        event.data.text: event
        for event in await lab.events(INBOUND)
        if isinstance(event.data, MessageReceived)
    }
    assert by_text["hidden"].data.contact.phone is None
    assert by_text["hidden"].subject != by_text["by sms"].subject
    assert by_text["shown"].subject == by_text["by sms"].subject
    assert by_text["hidden again"].subject == by_text["by sms"].subject
    assert by_text["hidden again"].data.contact.phone == sender
    assert by_text["hidden"].data.formerly == ()
    for later in ("shown", "hidden again"):
        assert by_text[later].data.formerly == (by_text["hidden"].subject,)


async def test_a_stranger_seen_by_two_replicas_at_once_is_one_contact(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    other = lab.start()
    try:
        senders = [number() for _ in range(10)]
        url = f"{lab.here}/twilio/messages"
        requests = []
        for sender in senders:
            for at in (url, url.replace(lab.public_url, other.url)) * 3:
                form = sms(sender)
                # Both are behind one public URL, which is what is signed.
                requests.append(http.post(at, data=form, headers=signed(url, form)))
        answers = await asyncio.gather(*requests)
        assert {answer.status for answer in answers} == {200}
        for sender in senders:
            events = await received(lab, sender)
            assert len(events) == 6
            assert len({event.subject for event in events}) == 1
            assert len({event.data.contact.contact_id for event in events}) == 1
    finally:
        other.end()


def meta_signature(body: bytes, secret: str = META.app_secret) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


async def test_meta_is_shown_the_challenge_only_for_the_right_token(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "7", "hub.verify_token": META.verify_token}
    async with http.get(f"{lab.here}/meta/webhook?{urlencode(query)}") as answer:
        assert (answer.status, await answer.text()) == (200, "7")
    wrong = query | {"hub.verify_token": "x"}
    assert (await http.get(f"{lab.here}/meta/webhook?{urlencode(wrong)}")).status == 403


async def test_a_meta_body_is_signed_and_each_of_its_messages_is_an_event(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    sender = number()
    messages = [
        {"id": f"wamid.{uuid.uuid4()}", "from": sender[1:], "type": "text", "text": {"body": text}}
        for text in ("one", "two")
    ]
    value = {
        "metadata": {"phone_number_id": META.phone_number_id},
        "messages": [messages[0], {"broken": True}, messages[1]],
    }
    entry = {"changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    url = f"{lab.here}/meta/webhook"
    assert (await http.post(url, data=body, headers=meta_signature(body, "x"))).status == 403
    assert (await http.post(url, data=body)).status == 403
    assert (await http.post(url, data=b"{", headers=meta_signature(b"{"))).status == 400
    for _ in range(2):
        assert (await http.post(url, data=body, headers=meta_signature(body))).status == 200
    events = await received(lab, sender)
    assert [event.data.text for event in events] == ["one", "two", "one", "two"]
    assert len({event.id for event in events}) == 2


async def test_a_form_is_recorded_once_and_names_what_is_wrong(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    form_id = str(uuid.uuid4())
    good = {"form_id": form_id, "name": "Bo", "phone": "(202) 555-0177", "message": "Call me"}
    url = f"{lab.here}/leads/form"
    for _ in range(2):
        async with http.post(url, json=good) as answer:
            assert answer.status == 202
            answered = await answer.json()
    events = [e for e in await lab.events(INBOUND) if isinstance(e.data, FormSubmitted)]
    assert {str(e.subject) for e in events} == {answered["conversation_id"]}
    assert len({e.id for e in events}) == 1
    assert events[0].data.contact.phone == "+12025550177"
    for wrong, field in (({"phone": "12"}, "phone"), ({"email": "x"}, "email"), ({}, "phone")):
        async with http.post(url, json=wrong) as answer:
            assert answer.status == 422
            assert (await answer.json())["field"] == field


async def test_operators_and_services_need_their_own_tokens(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    timeline = f"{lab.public_url}/v1/conversations/{uuid.uuid4()}"
    inside = f"{lab.public_url}/internal/v1/{lab.tenant}/conversations"
    operator = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
    assert (await http.get(timeline)).status == 401
    assert (await http.get(timeline, headers={"Authorization": "Bearer x"})).status == 403
    assert (await http.get(timeline, headers=operator)).status == 503  # no router in this test
    assert (await http.post(inside, json={}, headers=operator)).status == 403


async def test_webhooks_are_counted_by_result(
    lab: Lab, replica: Replica, http: aiohttp.ClientSession
) -> None:
    await post(http, f"{lab.here}/twilio/messages", sms(number()))
    async with http.get(f"{replica.url}/metrics") as answer:
        metrics = await answer.text()
    assert 'segue_webhooks_total{kind="message",provider="twilio",result="taken"}' in metrics
    assert 'result="forged"' in metrics

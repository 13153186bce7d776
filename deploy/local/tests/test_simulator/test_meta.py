"""The WhatsApp Cloud API: sending with a bearer token, signed webhooks for texts and statuses."""

import asyncio

import httpx
import pytest
from segue_local.simulator import DeliveryFault, RestFault

THEIRS = "+15551230001"
TEXT = {
    "messaging_product": "whatsapp",
    "to": "15551230001",
    "type": "text",
    "text": {"body": "hello"},
}
TEMPLATE = {
    "messaging_product": "whatsapp",
    "to": "15551230001",
    "type": "template",
    "template": {"name": "callback", "language": {"code": "en"}},
}


async def send(sim, body, token="meta-access-token", number="100200300"):
    async with httpx.AsyncClient(base_url=sim.url) as http:
        return await http.post(
            f"/v24.0/{number}/messages", json=body, headers={"Authorization": f"Bearer {token}"}
        )


async def statuses(system, count):
    async with asyncio.timeout(5):
        while len(seen := _statuses(system)) < count:
            await asyncio.sleep(0.01)
    return seen


def _statuses(system):
    values = [post["entry"][0]["changes"][0]["value"] for post in system.meta_posts]
    return [status for value in values for status in value.get("statuses", [])]


async def test_the_handshake_needs_the_echo_of_the_challenge(sim):
    assert await sim.meta.handshake("acme")


async def test_a_text_is_accepted_and_its_fate_is_told(sim, system):
    lead = sim.meta_lead(THEIRS, tenant="acme", name="Ana")
    await lead.say("hi")
    answer = await send(sim, TEXT)
    (message,) = answer.json()["messages"]
    assert (await lead.hears(1)).body == "hello"
    told = await statuses(system, 3)
    assert [status["status"] for status in told] == ["sent", "delivered", "read"]
    assert {status["id"] for status in told} == {message["id"]}
    assert {status["recipient_id"] for status in told} == {"15551230001"}
    assert system.forged == 0


async def test_inbound_texts_are_signed_and_may_share_a_body(sim, system):
    assert await sim.meta_lead(THEIRS, tenant="acme", name="Ana").say("one", "two") == 200
    value = system.meta_posts[0]["entry"][0]["changes"][0]["value"]
    assert [m["text"]["body"] for m in value["messages"]] == ["one", "two"]
    assert value["contacts"] == [{"profile": {"name": "Ana"}, "wa_id": "15551230001"}]
    assert value["metadata"]["phone_number_id"] == "100200300"


async def test_a_lead_without_a_number_is_known_by_the_user_id(sim, system):
    lead = sim.meta_lead("", tenant="acme", user_id="US.1234")
    await lead.say("hi")
    message = system.meta_posts[0]["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["from_user_id"] == "US.1234"
    assert "from" not in message
    assert (await send(sim, {**TEXT, "to": "US.1234"})).is_success
    assert (await lead.hears(1)).body == "hello"


async def test_outside_the_window_only_a_template_arrives(sim, system):
    await send(sim, TEXT)
    await send(sim, TEMPLATE)
    told = await statuses(system, 4)
    failed = [status for status in told if status["status"] == "failed"]
    assert [status["errors"][0]["code"] for status in failed] == [131047]
    assert [m.status for m in sim.messages] == ["failed", "read"]


@pytest.mark.parametrize(
    ("change", "token", "number", "status", "code"),
    [
        ({}, "wrong", "100200300", 401, 190),
        ({}, "meta-access-token", "999", 400, 100),
        ({"messaging_product": "sms"}, "meta-access-token", "100200300", 400, 100),
        ({"text": None}, "meta-access-token", "100200300", 400, 100),
        ({"to": None}, "meta-access-token", "100200300", 400, 100),
    ],
)
async def test_a_wrong_request_is_refused_as_the_graph_api_does(
    sim, change, token, number, status, code
):
    answer = await send(sim, {**TEXT, **change}, token, number)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert sim.messages == []


async def test_faults_strike_here_too(sim, system):
    sim.fault(
        RestFault("rate_limit", on="meta", retry_after=3),
        RestFault("reject", on="meta", code=131056),
        RestFault("lose_response", on="meta"),
        DeliveryFault(to=THEIRS, code=131026),
    )
    await sim.meta_lead(THEIRS, tenant="acme").say("hi")
    limited = await send(sim, TEXT)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert (await send(sim, TEXT)).json()["error"]["code"] == 131056
    with pytest.raises(httpx.TransportError):
        await send(sim, TEXT)
    assert [m.answer_lost for m in sim.messages] == [True]
    told = await statuses(system, 2)
    assert told[-1]["errors"][0]["code"] == 131026


async def test_marking_as_read_sends_nothing(sim):
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}
    assert (await send(sim, body)).json() == {"success": True}
    assert sim.messages == []

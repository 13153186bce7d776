"""People who write: signed webhooks in, messages and their statuses out."""

import asyncio
import itertools

import pytest
from segue_local.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_TOKEN,
    CarrierSimulator,
    HeardNothing,
    RetryPolicy,
    TenantLine,
    WebhookFaults,
)
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

OURS = "+15005550006"
THEIRS = "+15551230001"


async def send(sim, body="hi", to=THEIRS, from_=OURS, **more):
    async with AsyncTwilioHttpClient() as http:
        client = Client(DEFAULT_ACCOUNT, DEFAULT_TOKEN, http_client=http)
        client.api.base_url = sim.url
        return await client.messages.create_async(to=to, from_=from_, body=body, **more)


async def test_an_sms_arrives_signed_with_the_fields_that_twilio_sends(sim, system):
    lead = sim.lead(THEIRS, tenant="acme")
    assert await lead.say("how much is a cleaning?") == 200
    (form,) = system.forms("/v1/acme/twilio/messages")
    assert form["Body"] == "how much is a cleaning?"
    assert (form["From"], form["To"]) == (THEIRS, OURS)
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"]
    assert form["SmsStatus"] == "received"
    assert "ProfileName" not in form
    assert system.forged == 0


async def test_a_whatsapp_message_names_the_profile_and_the_channel(sim, system):
    await sim.lead(THEIRS, tenant="acme", channel="whatsapp", name="Ana").say("hola")
    (form,) = system.forms("/messages")
    assert (form["From"], form["To"]) == (f"whatsapp:{THEIRS}", f"whatsapp:{OURS}")
    assert (form["ProfileName"], form["WaId"]) == ("Ana", THEIRS[1:])


async def test_a_lead_who_hides_the_number_is_known_by_the_user_id(sim, system):
    await sim.lead("", tenant="acme", channel="whatsapp", user_id="US.1234").say("hi")
    (form,) = system.forms("/messages")
    assert (form["From"], form["ExternalUserId"]) == ("whatsapp:US.1234", "whatsapp:US.1234")
    assert "WaId" not in form


async def test_a_failed_webhook_is_posted_again_with_the_same_sid(sim, system):
    system.failing = 2
    assert await sim.lead(THEIRS, tenant="acme").say("hi") == 200
    assert [w.status for w in sim.webhooks] == [503, 503, 200]
    assert [w.attempt for w in sim.webhooks] == [1, 2, 3]
    assert len(system.forms("/messages")) == 1


async def test_retries_come_to_an_end_and_the_last_status_is_told(sim, system):
    system.failing = 99
    assert await sim.lead(THEIRS, tenant="acme").say("hi") == 503
    assert [p.code for p in sim.problems] == [11200]
    assert await sim.lead(THEIRS, tenant="acme").say("hi", retry=False) == 503
    assert len(sim.webhooks) == 5


async def test_a_system_that_is_away_gives_status_0():
    async with CarrierSimulator(
        system_url="http://127.0.0.1:9", retry=RetryPolicy(attempts=2, first=0.01)
    ) as sim:
        assert await sim.lead(THEIRS, tenant="acme").say("hi") == 0


async def test_duplicates_and_lost_answers_repeat_the_same_webhook(sim, system):
    sim.faults.webhooks = WebhookFaults(duplicates=2)
    await sim.lead(THEIRS, tenant="acme").say("hi")
    sim.faults.webhooks = WebhookFaults(lose_answers=1)
    await sim.lead(THEIRS, tenant="acme").say("again")
    bodies = [(f["Body"], f["MessageSid"]) for f in system.forms("/messages")]
    assert [body for body, _ in bodies] == ["hi"] * 3 + ["again"] * 2
    assert len(set(bodies)) == 2


async def test_a_shuffled_burst_arrives_in_another_order(sim, system):
    sim.faults.webhooks = WebhookFaults(jitter=0.1, seed=5)
    texts = [str(n) for n in range(8)]
    assert await sim.lead(THEIRS, tenant="acme").burst(texts, shuffled_by=3) == [200] * 8
    arrived = [f["Body"] for f in system.forms("/messages")]
    assert sorted(arrived) == texts
    assert arrived != texts


async def test_a_lead_hears_each_message_once_in_order_and_only_their_own(sim):
    lead = sim.lead(THEIRS, tenant="acme")
    await send(sim, "one")
    await send(sim, "elsewhere", to="+15551230009")
    await send(sim, "two")
    assert [(await lead.hears(1)).body, (await lead.hears(1)).body] == ["one", "two"]
    with pytest.raises(HeardNothing):
        await lead.hears(0.05)
    assert (await lead.wait_for(lambda m: "one" in m.body, 1)).body == "one"


async def test_a_lead_who_is_waiting_is_woken_by_the_message(sim):
    lead = sim.lead(THEIRS, tenant="acme")
    waiting = asyncio.create_task(lead.hears(60))
    await asyncio.sleep(0)
    await send(sim, "here")
    async with asyncio.timeout(5):
        assert (await waiting).body == "here"


async def test_status_callbacks_follow_in_order_and_are_retried(sim, system):
    system.failing = 1
    url = f"{system.public_url}/v1/acme/twilio/message-status"
    await sim.lead(THEIRS, tenant="acme", channel="whatsapp").say("hi")
    sent = await send(sim, to=f"whatsapp:{THEIRS}", from_=f"whatsapp:{OURS}", status_callback=url)
    record = sim.messages[0]
    done = lambda: True if len(system.forms("/message-status")) == 3 else None  # noqa: E731
    assert await sim.message_ledger.until(THEIRS, lambda: record.status == "read" or None, 5)
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.01)
    assert system.statuses("/message-status", "MessageStatus") == ["sent", "delivered", "read"]
    assert {f["MessageSid"] for f in system.forms("/message-status")} == {sent.sid}


async def test_outside_the_whatsapp_window_a_free_message_fails_and_a_template_does_not(
    sim, system
):
    lead = sim.lead(THEIRS, tenant="acme", channel="whatsapp")
    await lead.say("hi")
    sim.close_whatsapp_window("acme", THEIRS)
    whatsapp = {"to": lead.address, "from_": f"whatsapp:{OURS}"}
    await send(sim, "free", **whatsapp)
    await send(sim, "", content_sid="HX1", **whatsapp)
    free, template = sim.messages
    await sim.message_ledger.until(THEIRS, lambda: template.status == "read" or None, 5)
    assert (free.status, free.error_code) == ("failed", 63016)
    assert (template.status, template.error_code) == ("read", None)


async def test_stop_blocks_further_sms_until_start(sim, system):
    lead = sim.lead(THEIRS, tenant="acme")
    await lead.say("Stop")
    with pytest.raises(TwilioRestException) as refused:
        await send(sim)
    assert refused.value.code == 21610
    await lead.say("START")
    await send(sim)
    assert [f.get("OptOutType") for f in system.forms("/messages")] == ["STOP", "START"]


async def test_webhooks_are_signed_over_the_public_url_whatever_the_service_behind(system):
    system_behind, system.public_url = system.public_url, "https://segue.example"
    async with CarrierSimulator(
        tenants=[TenantLine("acme", DEFAULT_ACCOUNT)],
        system_url=system_behind,
        public_url="https://segue.example",
    ) as sim:
        assert await sim.lead(THEIRS, tenant="acme").say("hi") == 200
    assert system.forged == 0


async def test_several_hundred_webhooks_a_second_leave_the_pool(sim, system):
    loop = asyncio.get_running_loop()
    leads = [sim.lead(f"+1555{n:07}", tenant="acme") for n in range(400)]
    began = loop.time()
    statuses = await asyncio.gather(*(lead.say("hi") for lead in leads))
    seconds = loop.time() - began
    assert set(statuses) == {200}
    assert 400 / seconds > 100  # generous: the cores are shared, and the system is in this process


def test_the_seed_decides_the_jitter():
    one, two = WebhookFaults(jitter=1, seed=7), WebhookFaults(jitter=1, seed=7)
    waits = [(one.wait(), two.wait()) for _ in itertools.repeat(None, 5)]
    assert all(a == b for a, b in waits)
    assert len({a for a, _ in waits}) == 5

"""The simulator driven from outside: the control API, its client, the terminal, the process."""

import asyncio
import contextlib
import os
import signal
import sys

import httpx
import pytest
from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from segue_local.simulator.control_client import ControlClient
from segue_local.simulator.control_models import FaultsRequest, PersonRequest, SayRequest
from segue_local.simulator.faults import RestFault, WebhookFaults
from segue_local.simulator.people import Answers, HangUp, WhenTold
from segue_local.simulator.terminal import LeadTerminal
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

OURS = "+15005550006"
THEIRS = "+15551230001"


@pytest.fixture
async def control(sim):
    async with ControlClient(sim.url) as client:
        yield client


@contextlib.asynccontextmanager
async def twilio(url):
    async with AsyncTwilioHttpClient() as http:
        client = Client(DEFAULT_ACCOUNT, DEFAULT_TOKEN, http_client=http)
        client.api.base_url = url
        yield client


async def ring(sim, system):
    async with twilio(sim.url) as client:
        url = f"{system.public_url}/v1/acme/twilio/calls/c1/twiml"
        await client.calls.create_async(to=THEIRS, from_=OURS, url=url)


async def test_a_lead_writes_and_hears_through_the_control_api(sim, system, control):
    said = SayRequest(text="hi", tenant="acme", channel="whatsapp", name="Ana")
    assert await control.say(THEIRS, said) == 200
    assert system.forms("/messages")[0]["ProfileName"] == "Ana"
    waiting = asyncio.create_task(control.messages(THEIRS, wait=5))
    async with twilio(sim.url) as client:
        await client.messages.create_async(
            to=f"whatsapp:{THEIRS}", from_=f"whatsapp:{OURS}", body="hello Ana"
        )
    (heard,) = await waiting
    assert heard.body == "hello Ana"
    assert await control.messages(THEIRS, after=heard.order) == []


async def test_a_script_given_as_json_plays_a_call(sim, system, control):
    await control.person(
        PersonRequest.model_validate(
            {
                "number": THEIRS,
                "pick_up": {"how": "answers", "after": 0},
                "script": [
                    {"hears": "acme", "does": ["hello", {"do": "silence", "seconds": 0}]},
                    {"hears": "you said", "does": [{"do": "hang_up"}]},
                ],
            }
        )
    )
    await ring(sim, system)
    (call,) = await control.calls(THEIRS, wait=5)
    while not call.finished:
        call = await control.call(call.sid, len(call.transcript), call.status, wait=5)
    assert [u.text for u in call.transcript] == [
        "Hello, this is Acme.",
        "hello",
        "You said hello",
    ]


async def test_a_call_is_answered_spoken_into_and_ended_by_hand(sim, system, control):
    await control.person(PersonRequest(number=THEIRS, pick_up=WhenTold()))
    await ring(sim, system)
    (call,) = await control.calls(THEIRS, wait=5)
    while call.status != "ringing":
        call = await control.call(call.sid, 0, call.status, wait=5)
    await control.answer(call.sid)
    while not call.transcript:
        call = await control.call(call.sid, 0, call.status, wait=5)
    await control.speak(call.sid, "yes")
    await control.dtmf(call.sid, "5")
    while len(call.transcript) < 3:
        call = await control.call(call.sid, len(call.transcript), call.status, wait=5)
    await control.hang_up(call.sid)
    while not call.finished:
        call = await control.call(call.sid, 99, call.status, wait=5)
    assert [f["type"] for f in system.relay_frames] == ["setup", "prompt", "dtmf"]
    with pytest.raises(httpx.HTTPStatusError):
        await control.speak(call.sid, "still there?")


async def test_faults_are_ordered_from_outside_and_lifted(sim, system, control):
    await control.faults(
        FaultsRequest(
            rest=[RestFault("error", times=5, status=503)], webhooks=WebhookFaults(duplicates=1)
        )
    )
    await control.say(THEIRS, SayRequest(text="hi", tenant="acme"))
    assert len(system.forms("/messages")) == 2
    async with twilio(sim.url) as client:
        with pytest.raises(TwilioRestException):
            await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
        async with httpx.AsyncClient(base_url=sim.url) as http:
            assert (await http.delete("/_sim/faults")).is_success
        await client.messages.create_async(to=THEIRS, from_=OURS, body="x")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/leads/+1555/say", {"text": "no tenant"}),
        ("/people", {"number": THEIRS, "script": [{"hears": "(", "does": []}]}),
        ("/people", {"number": THEIRS, "pick_up": {"how": "maybe"}}),
        ("/faults", {"rest": [{"kind": "explode"}]}),
    ],
)
async def test_a_wrong_order_is_explained(sim, path, body):
    async with httpx.AsyncClient(base_url=sim.url) as http:
        answer = await http.post(f"/_sim{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_reset_forgets_everything(sim, system, control):
    await control.say(THEIRS, SayRequest(text="hi", tenant="acme"))
    async with httpx.AsyncClient(base_url=sim.url) as http:
        assert (await http.get("/_sim/messages?direction=in")).json()["messages"]
        await http.post("/_sim/reset")
        assert (await http.get("/_sim/messages?direction=all")).json()["messages"] == []


class Screen:
    """What the terminal shows, with a way to wait for it."""

    def __init__(self):
        self.lines = []
        self._changed = asyncio.Event()

    def show(self, line):
        self.lines.append(line)
        self._changed.set()

    async def until(self, words):
        async with asyncio.timeout(10):
            while not any(words in line for line in self.lines):
                self._changed.clear()
                await self._changed.wait()


async def test_the_terminal_is_the_leads_chat_and_phone(sim, system, control):
    screen = Screen()

    async def typed():
        yield "how much?"
        async with twilio(sim.url) as client:
            await client.messages.create_async(
                to=f"whatsapp:{THEIRS}", from_=f"whatsapp:{OURS}", body="About 90 dollars."
            )
        await screen.until("< About 90 dollars.")
        await ring(sim, system)
        await screen.until("Your phone rings")
        yield "a"
        await screen.until("< Hello, this is Acme.")
        yield "fine"
        await screen.until("< You said fine")
        yield "/hangup"
        await screen.until("The call is over")
        yield "thanks"
        yield "/quit"

    terminal = LeadTerminal(control, "acme", "whatsapp", THEIRS, "Ana", screen.show)
    await terminal.run(typed())
    assert [f["Body"] for f in system.forms("/messages")] == ["how much?", "thanks"]
    assert [f["type"] for f in system.relay_frames] == ["setup", "prompt"]


async def test_the_terminal_tells_when_the_system_does_not_take_a_message(sim, system, control):
    system.failing = 99
    screen = Screen()

    async def typed():
        yield "hello?"

    await LeadTerminal(control, "acme", "sms", THEIRS, "", screen.show).run(typed())
    assert "  (not delivered: the system answered 503)" in screen.lines


async def test_a_call_from_the_terminal_rings_the_company(sim, system, control):
    screen = Screen()

    async def typed():
        yield "/call"
        await screen.until("< Hello, this is Acme.")
        yield "goodbye"
        await screen.until("The call is over")

    await LeadTerminal(control, "acme", "sms", THEIRS, "", screen.show).run(typed())
    assert sim.calls[0].direction == "inbound"
    assert sim.calls[0].session_status == "ended"


async def test_the_simulator_runs_as_a_process_of_its_own_and_stops_on_a_signal():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "segue_local.simulator", "--port", "0", "--tenant", "acme=+15550009999"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TWILIO_ACCOUNT_SID": DEFAULT_ACCOUNT, "TWILIO_AUTH_TOKEN": "secret"},
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        word, url = (await process.stdout.readline()).decode().split()
    assert word == "ready"
    async with ControlClient(url) as control:
        assert await control.is_up()
        await control.person(PersonRequest(number=THEIRS, pick_up=Answers(), default=(HangUp(),)))
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await process.wait() == 0


async def test_the_client_knows_when_no_simulator_is_there():
    async with ControlClient("http://127.0.0.1:9") as control:
        assert not await control.is_up()

"""Calls through ConversationRelay, with the person played by a script."""

import asyncio
import contextlib

import pytest
from segue_local.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_TOKEN,
    Answers,
    Busy,
    CarrierSimulator,
    Dtmf,
    HangUp,
    Interrupt,
    Machine,
    NoAnswer,
    PhonePerson,
    RetryPolicy,
    Timing,
    Unreachable,
    WhenTold,
    on,
)
from twilio.base import values
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

OURS = "+15005550006"
THEIRS = "+15551230001"
EVENTS = ["initiated", "ringing", "answered", "completed"]


@contextlib.asynccontextmanager
async def twilio(sim):
    async with AsyncTwilioHttpClient() as http:
        client = Client(DEFAULT_ACCOUNT, DEFAULT_TOKEN, http_client=http)
        client.api.base_url = sim.url
        yield client


async def place(sim, system, person=None, **more):
    """Places the call that a voice-bridge would and returns its record."""
    if person is not None:
        sim.person(THEIRS, person)
    base = f"{system.public_url}/v1/acme/twilio/calls/c1"
    fields = {
        "url": f"{base}/twiml",
        "status_callback": f"{base}/status",
        "status_callback_event": EVENTS,
        **more,
    }
    async with twilio(sim) as client:
        created = await client.calls.create_async(to=THEIRS, from_=OURS, **fields)
    return next(call for call in sim.calls if call.sid == created.sid)


async def finished(sim, system, person=None, **more):
    return await sim.call_finished(await place(sim, system, person, **more), 10)


async def test_a_conversation_ends_with_the_agents_handoff(sim, system):
    person = PhonePerson(
        script=[on("this is acme", "I want a cleaning"), on("you said i want", "goodbye")]
    )
    call = await finished(sim, system, person)
    assert [(u.who, u.text) for u in call.transcript] == [
        ("agent", "Hello, this is Acme."),
        ("person", "I want a cleaning"),
        ("agent", "You said I want a cleaning"),
        ("person", "goodbye"),
    ]
    setup, first, second = system.relay_frames
    assert setup["type"] == "setup"
    assert setup["callSid"] == call.sid
    assert setup["customParameters"] == {"conversation": "42"}
    assert first == {
        "type": "prompt",
        "voicePrompt": "I want a cleaning",
        "lang": "en-US",
        "last": True,
    }
    assert second["voicePrompt"] == "goodbye"
    (ended,) = system.forms("/relay-ended")
    assert ended["HandoffData"] == '{"why": "goodbye"}'
    assert (ended["SessionStatus"], ended["CallStatus"]) == ("ended", "in-progress")
    assert ended["SessionId"] == setup["sessionId"]
    assert system.forged == 0
    assert sim.problems == []


async def test_progress_is_reported_in_order_and_the_end_after_the_relay_is_over(sim, system):
    call = await finished(sim, system, PhonePerson(script=[on("acme", "goodbye")]))
    assert system.statuses("/status", "CallStatus") == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert system.statuses("/status", "SequenceNumber") == ["0", "1", "2", "3"]
    last = system.forms("/status")[-1]
    assert (last["CallDuration"], last["Direction"]) == (str(call.seconds), "outbound-api")
    assert call.seconds >= 1
    paths = [path.rsplit("/", 1)[-1] for path, _ in system.posts]
    assert paths.index("relay-ended") < len(paths) - 1
    assert paths[-1] == "status"


async def test_a_callback_that_must_be_repeated_holds_back_the_later_ones(system):
    system.failing = 1
    async with CarrierSimulator(
        system_url=system.public_url, retry=RetryPolicy(attempts=3, first=0.5)
    ) as sim:
        await finished(sim, system, PhonePerson(pick_up=Busy()))
    assert system.statuses("/status", "CallStatus") == ["initiated", "ringing", "busy"]


async def test_only_the_end_is_reported_unless_more_is_asked_for(sim, system):
    await finished(sim, system, PhonePerson(script=[on("", HangUp())]), status_callback_event=[])
    assert system.statuses("/status", "CallStatus") == ["completed"]


@pytest.mark.parametrize(
    ("pick_up", "status"),
    [
        (Busy(), "busy"),
        (NoAnswer(after=0.05), "no-answer"),
        (Unreachable(sip_code=480), "failed"),
        (Answers(after=3), "no-answer"),
    ],
)
async def test_a_call_that_nobody_takes_ends_with_its_own_status(sim, system, pick_up, status):
    call = await finished(sim, system, PhonePerson(pick_up=pick_up), timeout=1)
    assert call.status == status
    last = system.forms("/status")[-1]
    assert (last["CallStatus"], last["CallDuration"]) == (status, "0")
    assert system.forms("/twiml") == []


async def test_successive_calls_are_taken_by_the_people_in_turn(sim, system):
    sim.person(THEIRS, PhonePerson(pick_up=Busy()), PhonePerson(script=[on("", HangUp())]))
    statuses = [(await finished(sim, system)).status for _ in range(3)]
    assert statuses == ["busy", "completed", "completed"]


async def test_a_machine_is_told_apart_beside_the_call(sim, system):
    url = f"{system.public_url}/v1/acme/twilio/calls/c1/amd"
    call = await place(
        sim,
        system,
        PhonePerson(pick_up=Machine(greeting="Leave a message.")),
        machine_detection="DetectMessageEnd",
        async_amd="true",
        async_amd_status_callback=url,
    )
    await sim.call_ledger.until(THEIRS, lambda: len(call.transcript) >= 3 or None, 5)
    async with asyncio.timeout(5):
        while not system.forms("/amd"):
            await asyncio.sleep(0.01)
    async with twilio(sim) as client:
        await client.calls(call.sid).update_async(status="completed")
    await sim.call_finished(call)
    (amd,) = system.forms("/amd")
    assert (amd["AnsweredBy"], amd["CallSid"]) == ("machine_end_beep", call.sid)
    assert system.relay_frames[1]["voicePrompt"] == "Leave a message."
    assert "AnsweredBy" not in system.forms("/twiml")[0]


async def test_without_async_detection_the_twiml_waits_for_the_verdict(sim, system):
    person = PhonePerson(script=[on("", HangUp())])
    await finished(sim, system, person, machine_detection="Enable")
    assert system.forms("/twiml")[0]["AnsweredBy"] == "human"


async def test_the_person_hangs_up(sim, system):
    call = await finished(sim, system, PhonePerson(script=[on("acme", HangUp())]))
    (ended,) = system.forms("/relay-ended")
    assert (ended["SessionStatus"], ended["CallStatus"]) == ("completed", "completed")
    assert call.status == "completed"


async def test_the_person_speaks_over_the_agent(sim, system):
    person = PhonePerson(script=[on("hello, this", Interrupt(11, "wait"), "goodbye")])
    call = await finished(sim, system, person)
    _, interrupt, first, second = system.relay_frames
    assert interrupt["utteranceUntilInterrupt"] == "Hello, this"
    assert interrupt["durationUntilInterruptMs"] > 0
    assert [first["voicePrompt"], second["voicePrompt"]] == ["wait", "goodbye"]
    assert (call.transcript[0].text, call.transcript[0].cut) == ("Hello, this", True)
    assert "Hello, this is Acme." not in call.agent_said


async def test_at_a_speaking_rate_the_cut_falls_where_the_speech_has_come_to(sim, system):
    person = PhonePerson(script=[on("he", Interrupt(2, "goodbye"))], chars_per_second=100)
    await finished(sim, system, person)
    interrupt = system.relay_frames[1]
    assert interrupt["utteranceUntilInterrupt"] == "He"


async def test_what_may_not_be_interrupted_is_heard_to_its_end(sim, system):
    system.twiml = system.twiml.replace(
        "welcomeGreeting=", 'welcomeGreetingInterruptible="false" welcomeGreeting='
    )
    await finished(sim, system, PhonePerson(script=[on("he", Interrupt(2, "goodbye"))]))
    assert [frame["type"] for frame in system.relay_frames] == ["setup", "prompt"]


async def test_digits_are_sent_one_by_one(sim, system):
    await finished(sim, system, PhonePerson(script=[on("acme", Dtmf("1#"), "goodbye")]))
    assert [f["digit"] for f in system.relay_frames if f["type"] == "dtmf"] == ["1", "#"]


async def test_the_call_runs_behind_an_ingress_that_sends_voice_elsewhere(system):
    behind, public = system.public_url, "https://segue.example"
    system.public_url = public
    system.twiml = system.twiml.replace(behind.replace("http", "ws", 1), "wss://segue.example")
    system.twiml = system.twiml.replace(behind, public)
    async with CarrierSimulator(
        system_url="http://127.0.0.1:9", voice_url=behind, public_url=public
    ) as sim:
        call = await finished(sim, system, PhonePerson(script=[on("acme", "goodbye")]))
    assert call.session_status == "ended"
    assert len(system.statuses("/status", "CallStatus")) == 4
    assert system.forged == 0


async def test_a_forged_relay_would_be_noticed(sim, system):
    system.public_url = "https://elsewhere.example"
    await finished(sim, system, PhonePerson(), twiml=system.twiml, url=values.unset)
    assert system.forged > 0
    assert system.relay_frames == []


async def test_partial_prompts_come_before_the_whole_one(sim, system):
    system.twiml = system.twiml.replace(" language=", ' partialPrompts="true" language=')
    await finished(sim, system, PhonePerson(script=[on("acme", "goodbye")]))
    prompts = [(f["voicePrompt"], f["last"]) for f in system.relay_frames[1:]]
    assert prompts == [("goo", False), ("goodbye", True)]


async def test_calls_leave_the_queue_at_the_carriers_rate(system):
    timing = Timing(ring=0, calls_per_second=10)
    async with CarrierSimulator(system_url=system.public_url, timing=timing) as sim:
        calls = [await place(sim, system, PhonePerson(pick_up=Busy(after=0))) for _ in range(3)]
        for call in calls:
            await sim.call_finished(call)
        rang = [call.history[0][1].monotonic for call in calls]
    assert rang[2] - rang[0] > 0.1


async def test_a_person_may_be_played_by_code(sim, system):
    heard = []

    async def on_heard(line, text):
        heard.append(text)
        await line.say("goodbye" if len(heard) == 2 else "yes")

    await finished(sim, system, PhonePerson(on_heard=on_heard, hello=None))
    assert heard == ["Hello, this is Acme.", "You said yes"]


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        '{"type": "speak", "token": "x"}',
        '{"type": "text"}',
        '{"type": "text", "token": 5}',
        '{"type": "text", "token": "x", "last": "true"}',
        '{"type": "text", "token": "x", "voice": "y"}',
        '{"type": "play", "source": "file.mp3"}',
        '{"type": "sendDigits", "digits": "12x"}',
        '{"type": "language"}',
        '{"type": "end", "handoffData": {"a": 1}}',
    ],
)
async def test_a_bad_frame_is_answered_with_an_error_and_the_session_goes_on(sim, system, frame):
    async def relay(fake, socket):
        await socket.send_text(frame)
        async for text in socket.iter_json():
            fake.relay_frames.append(text)
            if text["type"] == "error":
                await socket.send_json({"type": "end"})

    system.relay = relay
    call = await finished(sim, system, PhonePerson())
    assert system.relay_frames[-1]["description"].startswith("64107")
    assert len(call.bad_frames) == 1
    assert [p.code for p in sim.problems] == [64107]
    assert system.forms("/relay-ended")[0]["SessionStatus"] == "ended"


async def test_good_frames_of_every_kind_are_taken(sim, system):
    async def relay(fake, socket):
        for frame in (
            {"type": "text", "token": "a", "last": True, "lang": "en-US", "interruptible": False},
            {"type": "play", "source": "https://x.example/a.mp3", "loop": 1},
            {"type": "sendDigits", "digits": "1w2#"},
            {"type": "language", "ttsLanguage": "es-ES", "transcriptionLanguage": "es-ES"},
            {"type": "end"},
        ):
            await socket.send_json(frame)
        async for _ in socket.iter_text():
            pass

    system.relay = relay
    call = await finished(sim, system, PhonePerson())
    assert [f["type"] for f in call.frames] == ["text", "play", "sendDigits", "language", "end"]
    assert call.agent_said[1:] == ["a", "[plays https://x.example/a.mp3]"]
    assert call.bad_frames == []


async def test_what_was_said_before_the_end_is_heard_to_its_end(sim, system):
    async def relay(fake, socket):
        await socket.send_json({"type": "text", "token": "Thank you and goodbye.", "last": True})
        await socket.send_json({"type": "end"})
        async for _ in socket.iter_text():
            pass

    system.relay = relay
    call = await finished(sim, system, PhonePerson(chars_per_second=200))
    assert call.agent_said == ["Hello, this is Acme.", "Thank you and goodbye."]


async def test_a_socket_lost_by_the_server_is_reported_as_a_failed_session(sim, system):
    async def relay(fake, socket):
        await socket.close()

    system.relay = relay
    await finished(sim, system, PhonePerson())
    (ended,) = system.forms("/relay-ended")
    assert (ended["SessionStatus"], ended["ErrorCode"]) == ("failed", "64105")


async def test_a_socket_that_cannot_be_opened_is_reported_as_a_failed_session(sim, system):
    system.twiml = system.twiml.replace("/relay/c1", "/nowhere")
    await finished(sim, system, PhonePerson())
    assert system.forms("/relay-ended")[0]["ErrorCode"] == "64102"


async def test_the_action_may_go_on_with_the_call(sim, system):
    system.after_relay = "<Response><Say>One moment.</Say><Hangup/></Response>"
    call = await finished(sim, system, PhonePerson(script=[on("acme", "goodbye")]))
    assert call.agent_said[-1] == "One moment."


async def test_the_api_ends_a_call_in_progress_and_cancels_a_ringing_one(sim, system):
    async with twilio(sim) as client:
        talking = await place(sim, system, PhonePerson())
        await sim.call_ledger.until(THEIRS, lambda: talking.transcript or None, 5)
        await client.calls(talking.sid).update_async(status="completed")
        await sim.call_finished(talking)
        ringing = await place(sim, system, PhonePerson(pick_up=NoAnswer()))
        await sim.call_ledger.until(THEIRS, lambda: ringing.status == "ringing" or None, 5)
        await client.calls(ringing.sid).update_async(status="canceled")
        await sim.call_finished(ringing)
        assert (talking.status, ringing.status) == ("completed", "canceled")
        with pytest.raises(TwilioRestException) as late:
            await client.calls(ringing.sid).update_async(status="completed")
        assert late.value.code == 21220


async def test_the_api_gives_a_call_new_instructions(sim, system):
    call = await place(sim, system, PhonePerson())
    await sim.call_ledger.until(THEIRS, lambda: call.transcript or None, 5)
    async with twilio(sim) as client:
        await client.calls(call.sid).update_async(
            twiml="<Response><Say>A colleague takes over.</Say></Response>"
        )
    await sim.call_finished(call)
    assert call.agent_said[-1] == "A colleague takes over."
    assert system.forms("/relay-ended") == []


async def test_twiml_that_cannot_be_had_or_followed_ends_the_call_with_a_problem(sim, system):
    system.twiml = "{}"
    call = await finished(sim, system, PhonePerson())
    system.failing = 3
    second = await finished(sim, system, PhonePerson(), status_callback_event=["completed"])
    assert [call.status, second.status] == ["completed", "completed"]
    assert {p.code for p in sim.problems} == {12100, 11200}


async def test_nothing_is_said_after_a_hang_up_verb(sim, system):
    twiml = "<Response><Say>Bye.</Say><Hangup/><Say>Still here?</Say></Response>"
    call = await finished(sim, system, PhonePerson(), url=values.unset, twiml=twiml)
    assert call.agent_said == ["Bye."]


async def test_calls_are_found_by_number_and_status(sim, system):
    await finished(sim, system, PhonePerson(pick_up=Busy()))
    await finished(sim, system, PhonePerson(script=[on("", HangUp())]))
    async with twilio(sim) as client:
        listed = await client.calls.list_async(to=THEIRS)
        busy = await client.calls.list_async(to=THEIRS, status="busy")
        fetched = await client.calls(listed[0].sid).fetch_async()
    assert [call.status for call in listed] == ["completed", "busy"]
    assert [call.status for call in busy] == ["busy"]
    assert int(fetched.duration) >= 1
    assert fetched.start_time <= fetched.end_time


async def test_a_person_rings_in_and_talks(sim, system):
    person = PhonePerson(script=[on("acme", "goodbye")])
    call = await sim.call_finished(sim.call_in(THEIRS, tenant="acme", person=person))
    (asked,) = system.forms("/v1/acme/twilio/voice")
    assert (asked["Direction"], asked["CallStatus"]) == ("inbound", "ringing")
    assert (asked["From"], asked["To"]) == (THEIRS, OURS)
    assert system.relay_frames[0]["direction"] == "inbound"
    assert call.status == "completed"


async def test_a_rejected_inbound_call_is_never_answered(sim, system):
    system.twiml = '<Response><Reject reason="busy"/></Response>'
    call = await sim.call_finished(sim.call_in(THEIRS, tenant="acme", person=PhonePerson()))
    assert (call.status, call.started) == ("busy", None)


async def test_a_phone_rings_until_somebody_says_to_answer(sim, system):
    call = await place(sim, system, PhonePerson(pick_up=WhenTold()))
    await sim.call_ledger.until(THEIRS, lambda: call.status == "ringing" or None, 5)
    sim.live_call(call.sid).answer()
    await sim.call_ledger.until(THEIRS, lambda: call.transcript or None, 5)
    await sim.live_call(call.sid).say("goodbye")
    assert (await sim.call_finished(call)).session_status == "ended"

"""The process on the real broker and database, with a carrier: one call, whatever happens."""

# The fixtures' classes live in conftest, which test modules can't import.
# mypy: disallow-untyped-defs=False

import signal
from datetime import timedelta
from uuid import UUID

import pytest
from segue_common.events import (
    CallAnswered,
    CallHeldBack,
    CallPlaced,
    CallSaid,
    LanguageChanged,
)
from segue_local.simulator import (
    Busy,
    HangUp,
    Machine,
    PhonePerson,
    RestFault,
    Silence,
    WhenTold,
    on,
)

# Above the lab's own deadline, which says what was waited for in vain.
pytestmark = pytest.mark.timeout(900)
WEBHOOKS = ("twiml", "status", "amd", "relay-ended")
BOOKS = PhonePerson(
    script=(
        on("good time", "yes, go ahead"),
        on("which suits you", "the second one"),
        on("you're booked", "no, thank you"),
    )
)


async def test_a_qualified_lead_is_rung_and_books_on_the_call(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    [placed] = lab.said_of(lead, CallPlaced)
    assert placed.seconds_since_allowed is not None
    assert placed.seconds_since_allowed < lab.deadline
    assert [a.by for a in lab.said_of(lead, CallAnswered)] == ["person"]
    said = lab.said_of(lead, CallSaid)
    assert [line.number for line in said] == list(range(1, len(said) + 1))
    words = [line for line in said if line.text != "One moment, please."]
    assert [line.speaker for line in words] == ["agent", "lead"] * 3 + ["agent"]
    assert "Dana Reyes" in said[0].text
    assert "automated assistant of Acme Dental" in said[0].text
    assert "a dental implant" in said[0].text
    assert lab.calls_to(lead) == 1
    assert lab.carrier.problems == []


async def test_the_conversations_language_is_that_of_the_call_and_follows_who_switches(lab, lead):
    """Spanish in the chat, and English once the person speaks it."""
    script = (
        on("buen momento", "Sorry, I'm afraid that my Spanish is not very good"),
        on("good time", "yes, go ahead"),
        on("which suits you", "the second one"),
        on("you're booked", "no, thank you"),
    )
    lab.carrier.person(lead.phone, PhonePerson(script=script))
    lab.start()
    await lab.ready()
    await lab.tell(lead, LanguageChanged(language="es"), lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    [call] = lab.carrier.calls
    assert (call.relay["ttsLanguage"], call.relay["transcriptionLanguage"]) == ("es-US", "multi")
    said = lab.said_of(lead, CallSaid)
    assert "asistente" in said[0].text
    assert [line.switched_to for line in said if line.speaker == "lead"] == ["en", None, None, None]
    frames = [frame for frame in call.frames if frame["type"] == "language"]
    assert frames == [{"type": "language", "ttsLanguage": "en-US"}]
    assert call.bad_frames == []


async def test_consent_that_comes_before_or_after_the_qualification_rings_once(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified("unknown"))
    await lab.until(lambda: lab.said_of(lead, CallHeldBack), "the call is held back")
    assert [held.reason for held in lab.said_of(lead, CallHeldBack)] == ["no_consent"]
    await lab.tell(lead, lead.consents(), lead.consents())
    await lab.ended(lead)
    earlier = type(lead)()
    lab.carrier.person(earlier.phone, BOOKS)
    await lab.tell(earlier, earlier.consents(), earlier.qualified("unknown"))
    await lab.ended(earlier)
    assert (lab.calls_to(lead), lab.calls_to(earlier)) == (1, 1)


@pytest.mark.parametrize("point", ["after_claim", "after_carrier_accept"])
async def test_a_process_killed_while_it_rings_has_rung_once(lab, lead, point):
    lab.carrier.person(lead.phone, BOOKS)
    victim = lab.start(SEGUE_CRASH_AT=f"voice-bridge:{point}")
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    assert await lab.died(victim) == -signal.SIGKILL
    placed_before = lab.calls_to(lead)
    assert placed_before == (0 if point == "after_claim" else 1)
    lab.expire_leases()
    lab.start()
    await lab.until(lambda: lab.said_of(lead, CallPlaced), "the call is known to be placed")
    await lab.ended(lead)
    assert lab.calls_to(lead) == 1
    assert len(lab.said_of(lead, CallPlaced)) == 1


async def test_an_answer_of_the_carrier_that_got_lost_doesnt_ring_twice(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.carrier.fault(RestFault(kind="lose_response", on="calls", to=lead.phone))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    assert lab.calls_to(lead) == 1


async def test_a_silent_carrier_is_asked_only_once_its_list_can_be_trusted(lab, lead):
    """Its callbacks are late as well, so that only the list tells that the call was placed."""
    lab.carrier.person(lead.phone, BOOKS)
    lab.carrier.fault(RestFault(kind="lose_response", on="calls", to=lead.phone))
    lab.carrier.faults.webhooks.delay = 15
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.until(lambda: lab.said_of(lead, CallPlaced), "the call is known to be placed")
    [placed] = lab.said_of(lead, CallPlaced)
    assert placed.seconds_since_allowed >= 10
    assert lab.calls_to(lead) == 1


async def test_a_number_is_rung_in_no_conversation_until_its_stop_is_taken_back(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    writer = type(lead)(phone=lead.phone)
    lab.start()
    await lab.ready()
    await lab.tell(writer, writer.stops())
    await lab.until(lambda: lab.silences(lead.phone), "the number is silenced")
    await lab.tell(lead, lead.qualified())
    await lab.until(lambda: lab.said_of(lead, CallHeldBack), "the call is held back")
    assert [held.reason for held in lab.said_of(lead, CallHeldBack)] == ["opted_out"]
    assert lab.calls_to(lead) == 0
    await lab.tell(writer, writer.starts())
    await lab.until(lambda: not lab.silences(lead.phone), "the number may be rung again")
    await lab.tell(lead, lead.consents())
    await lab.ended(lead)
    assert lab.calls_to(lead) == 1


async def test_who_says_on_a_call_not_to_call_is_rung_in_no_other_conversation(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(script=(on("good time", "stop calling me"),)))
    again = type(lead)(phone=lead.phone)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "opted_out"
    await lab.tell(again, again.qualified())
    await lab.until(lambda: lab.said_of(again, CallHeldBack), "the call is held back")
    assert [held.reason for held in lab.said_of(again, CallHeldBack)] == ["opted_out"]
    assert lab.calls_to(again) == 1


async def test_a_stop_elsewhere_cuts_a_call_that_rings(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(pick_up=WhenTold()))
    writer = type(lead)(phone=lead.phone)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.until(lambda: lab.said_of(lead, CallPlaced), "it rings")
    await lab.tell(writer, writer.stops())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "cancelled"
    await lab.until(lambda: lab.said_of(lead, CallHeldBack), "the call is held back")
    assert [held.reason for held in lab.said_of(lead, CallHeldBack)] == ["opted_out"]
    assert lab.calls_to(lead) == 1


async def test_a_stop_elsewhere_also_prevents_the_next_attempt(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(pick_up=Busy()))
    writer = type(lead)(phone=lead.phone)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.ended(lead)
    await lab.tell(writer, writer.stops())
    await lab.until(lambda: lab.silences(lead.phone), "the number is silenced")
    lab.bring_timers_forward()
    await lab.until(lambda: lab.said_of(lead, CallHeldBack), "the retry is held back")
    assert [held.reason for held in lab.said_of(lead, CallHeldBack)] == ["opted_out"]
    assert lab.calls_to(lead) == 1


async def test_a_call_that_breaks_the_promise_of_the_tenant_file_is_counted(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.start()
    await lab.ready()
    late = 'segue_calls_late_total{tenant="acme"}'
    await lab.tell(lead, lead.qualified(), ago=timedelta(seconds=lab.deadline + 61))
    await lab.ended(lead)
    assert await lab.metric(late) == 1
    prompt = type(lead)()
    lab.carrier.person(prompt.phone, BOOKS)
    await lab.tell(prompt, prompt.qualified())
    await lab.ended(prompt)
    [placed] = lab.said_of(prompt, CallPlaced)
    assert await lab.metric(late) == (1 if placed.seconds_since_allowed <= 60 else 2)


async def test_who_hangs_up_after_the_greeting_has_heard_it_in_the_transcript(lab, lead):
    script = (on("good time", Silence(1.0), HangUp()),)
    lab.carrier.person(lead.phone, PhonePerson(script=script))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.ended(lead)
    [greeting] = lab.said_of(lead, CallSaid)
    assert greeting.speaker == "agent"
    assert "automated assistant of Acme Dental" in greeting.text


async def test_a_busy_line_is_rung_again_after_the_pause_and_then_no_more(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(pick_up=Busy()))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [first] = await lab.ended(lead)
    assert (first.outcome, first.attempt) == ("busy", 1)
    assert first.retry_at is not None
    assert lab.calls_to(lead) == 1
    lab.bring_timers_forward()
    _, second = await lab.ended(lead, calls=2)
    assert (second.outcome, second.attempt, second.retry_at) == ("busy", 2, None)
    assert lab.calls_to(lead) == 2


async def test_a_takeover_while_the_call_waits_for_the_carrier_prevents_it(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.carrier.fault(RestFault(kind="rate_limit", on="calls", to=lead.phone, times=1))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.until(lambda: lab.carrier.faults.rest[-1].times == 0, "the carrier was too busy")
    await lab.tell(lead, lead.taken_over())
    await lab.until(lambda: lab.said_of(lead, CallHeldBack), "the call is held back")
    assert [held.reason for held in lab.said_of(lead, CallHeldBack)] == ["person_has_it"]
    assert lab.calls_to(lead) == 0


async def test_a_number_that_the_carrier_refuses_is_final(lab, lead):
    fault = RestFault(kind="reject", on="calls", to=lead.phone, code=21211)
    lab.carrier.fault(fault)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert (ended.outcome, ended.detail, ended.retry_at) == ("failed", "21211", None)


async def test_a_takeover_ends_a_call_that_is_being_talked_on(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(script=(on("good time", "yes"),)))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    call = await lab.carrier.call_to(lead.phone, lab.deadline)
    await lab.until(lambda: any("offer" in t for t in call.agent_said), "an offer is made")
    await lab.tell(lead, lead.taken_over())
    [ended] = await lab.ended(lead)
    assert (ended.outcome, ended.detail) == ("cancelled", "person_has_it")
    assert "colleague" in call.agent_said[-1]


async def test_a_takeover_ends_a_call_that_still_rings(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(pick_up=WhenTold()))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    await lab.until(lambda: lab.said_of(lead, CallPlaced), "it rings")
    await lab.tell(lead, lead.taken_over())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "cancelled"
    assert lab.carrier.calls[-1].status == "canceled"


async def test_an_answering_machine_hears_who_called_and_counts_as_an_attempt(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(pick_up=Machine(greeting="Hi. Beep.")))
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "voicemail"
    assert ended.retry_at is not None
    assert any("tried to reach you" in text for text in lab.carrier.calls[-1].agent_said)


async def test_a_taken_slot_is_answered_with_others(lab, lead):
    person = PhonePerson(
        script=(
            on("just been taken", "the last one"),
            on("good time", "yes"),
            on("which suits you", "the first one"),
            on("you're booked", "bye"),
        )
    )
    lab.carrier.person(lead.phone, person)
    lab.calendar.taken = 1
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"


async def test_another_process_goes_on_with_a_call_whose_process_died(lab, lead):
    lab.carrier.person(lead.phone, PhonePerson(script=(on("good time", "yes"),)))
    lab.start()
    await lab.ready()
    first_port, _ = lab.proxy.port, lab.start_another()
    await lab.ready()
    second_port = lab.proxy.port
    lab.proxy.move_to(first_port)
    await lab.tell(lead, lead.qualified())
    call = await lab.carrier.call_to(lead.phone, lab.deadline)
    await lab.until(lambda: len(lab.said_of(lead, CallSaid)) == 2, "the first words are written")
    await lab.until(lambda: any("offer" in t for t in call.agent_said), "an offer is made")
    lab.proxy.move_to(second_port)
    lab.processes[0].kill()
    await lab.until(lambda: any("cut off" in t for t in call.agent_said), "the line is back")
    live = lab.carrier.live_call(call.sid)
    await live.say("the first one")
    await lab.until(lambda: any("booked" in t for t in call.agent_said), "the meeting is booked")
    await live.hang_up()
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    numbers = [line.number for line in lab.said_of(lead, CallSaid)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_takeover_that_another_process_reads_reaches_the_call(lab, lead):
    """Both processes are in the group; whichever reads the control topic, the agent stops."""
    lab.carrier.person(lead.phone, PhonePerson(script=(on("good time", "yes"),)))
    lab.start()
    await lab.ready()
    lab.start_another()
    await lab.ready()
    others = [type(lead)() for _ in range(3)]
    for one in (lead, *others):
        lab.carrier.person(one.phone, PhonePerson(script=(on("good time", "yes"),)))
        await lab.tell(one, one.qualified())
    for one in (lead, *others):
        call = await lab.carrier.call_to(one.phone, lab.deadline)
        await lab.until(lambda c=call: any("offer" in t for t in c.agent_said), "it talks")
        await lab.tell(one, one.taken_over())
        await lab.until(lambda c=call: "colleague" in c.agent_said[-1], "it says goodbye")


async def test_a_lead_that_rings_us_gets_the_same_agent(lab, lead):
    lab.start()
    await lab.ready()
    person = PhonePerson(
        script=(
            on("how can i help", "I'd like to book an appointment"),
            on("which suits you", "the second one"),
            on("you're booked", "no thanks"),
        )
    )
    lab.callers[lead.phone] = lead
    lab.carrier.call_in(lead.phone, tenant="acme", person=person)
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    [placed] = lab.said_of(lead, CallPlaced)
    assert placed.direction == "in"


async def test_callers_who_withhold_their_number_are_strangers_to_each_other(lab):
    lab.start()
    await lab.ready()
    for sid in ("CAone", "CAtwo"):
        form = {"CallSid": sid, "From": "+266696687", "To": "+12125550100"}
        assert await lab.post("/v1/acme/twilio/voice", form) == 200

    def placed() -> set[UUID]:
        """Conversations of the two calls; those of other tests may be tried again meanwhile."""
        calls = ("CAone", "CAtwo")
        return {
            e.subject
            for e in lab.events
            if isinstance(e.data, CallPlaced) and e.data.provider_call_id in calls
        }

    await lab.until(lambda: len(placed()) == 2, "both calls have a conversation of their own")


async def test_what_isnt_signed_is_refused(lab, lead):
    lab.start()
    await lab.ready()
    call = f"/v1/acme/twilio/calls/{lead.conversation}"
    paths = ["/v1/acme/twilio/voice", *(f"{call}/{p}" for p in WEBHOOKS)]
    for path in paths:
        assert await lab.post(path, {"CallSid": "CA1"}, signature="bm8=") == 403
        assert await lab.post(path, {"CallSid": "CA1"}, signature=None) == 403
    for path in paths[1:]:
        assert await lab.post(path, {"CallSid": "CA1"}) == 404
    assert await lab.post("/v1/nobody/twilio/voice", {"CallSid": "CA1"}) == 404
    assert await lab.post(paths[0], {"CallSid": "C" * 200_000}) == 413
    assert await lab.post(paths[0], {"CallSid": "CA1"}, content_type="application/json") == 400
    assert await lab.post(paths[0], {"CallSid": "CA1"}) == 422
    relay = f"/v1/acme/twilio/relay/{lead.conversation}"
    assert await lab.upgrade(relay, signature="bm8=") == 403
    assert await lab.upgrade(relay) == 404

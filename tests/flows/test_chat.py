"""Leads in the chat: answered, qualified, booked, given a person, left alone."""

import httpx
from segue_command import segue
from segue_common.events import (
    CallHeldBack,
    CallPlaced,
    LeadQualified,
    LeadSynced,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    MessageReceived,
    OptOutChanged,
    OwnershipChanged,
    PersonWanted,
    SendRefused,
    SendRequested,
    TurnCompleted,
)


async def test_a_lead_is_greeted_qualified_and_booked_in_the_chat(new_lead) -> None:
    dana = new_lead(name="Dana Ruiz")
    assert "Acme Dental" in await dana.asks("Hello, I'd like to get veneers")
    await dana.asks("My budget is about $2000 and I decide on my own")
    offer = await dana.asks("I want to start within two weeks")
    qualified = await dana.sees(LeadQualified)
    assert qualified.score.points >= qualified.score.threshold
    assert {line.criterion for line in qualified.score.lines} == {
        "budget", "authority", "need", "timeline",
    }  # fmt: skip
    assert offer
    slots = await dana.asks(
        "I'd rather book an appointment here, do you have something on Thursday?"
    )
    assert any(char.isdigit() for char in slots)
    await dana.asks("the first one please")
    meeting = await dana.sees(MeetingBooked)
    assert meeting.by == "chat"
    await dana.sees(LeadSynced, lambda synced: synced.stage == "meeting")
    assert not await dana.calls()


async def test_facts_are_taken_in_any_order_and_never_asked_again(new_lead) -> None:
    sam = new_lead(name="Sam")
    first = await sam.asks(
        "Hi, we need two implants, could spend up to $6k, I make the decisions and it should "
        "happen this month"
    )
    qualified = await sam.sees(LeadQualified)
    assert qualified.score.points == qualified.score.of
    for asked in ("budget", "decid", "when would"):
        assert asked not in first.lower()
    assert len(await sam.all(LeadQualified)) == 1


async def test_a_repeated_webhook_gets_one_turn_and_one_reply(new_lead) -> None:
    lead = new_lead()
    sid = "SM" + "a1" * 16
    sid = sid[:-6] + lead.number[-6:]
    for _ in range(3):
        assert await lead.says("Hello, how much are braces?", sid=sid) == 200
    await lead.reads()
    # Whatever else was on its way has arrived before the answer to a later message.
    await lead.asks("And do you have parking?")
    assert (
        len({event.id for event in await lead.events() if isinstance(event.data, MessageReceived)})
        == 2
    )
    assert len(await lead.all(TurnCompleted)) >= 2
    assert len(await lead.messages()) == 2


async def test_the_same_number_is_one_conversation_on_every_channel(
    new_lead, control, watch
) -> None:
    lead = new_lead()
    await lead.asks("Hi, I'm interested in whitening")
    conversation = await lead.conversation()
    lead.channel = "sms"
    await lead.asks("it's me again, by SMS now")
    channels = {event.channel for event in await lead.all(MessageReceived)}
    assert channels == {"whatsapp", "sms"}
    assert await lead.conversation() == conversation


async def test_a_question_is_answered_from_the_documents(new_lead) -> None:
    answer = await new_lead().asks("What are your opening hours?")
    assert "9" in answer


async def test_stop_is_obeyed_at_once_and_start_undoes_it(new_lead) -> None:
    lead = new_lead(channel="sms")
    await lead.asks("hello, do you do crowns?")
    await lead.says("STOP")
    assert (await lead.sees(OptOutChanged)).opted_out
    before = len(await lead.messages())
    await lead.says("what does a crown cost?")
    assert (await lead.sees(SendRefused)).reason == "opted_out"
    assert len(await lead.messages()) == before
    await lead.says("START")
    await lead.sees(OptOutChanged, lambda change: not change.opted_out)
    assert await lead.asks("what does a crown cost?")


async def test_asking_for_a_person_is_heard(new_lead) -> None:
    lead = new_lead()
    assert await lead.asks("can I talk to a real person please?")
    await lead.sees(PersonWanted)


async def test_a_takeover_silences_the_agents_and_a_release_wakes_them(new_lead, system) -> None:
    lead = new_lead()
    await lead.asks("hello, I'm looking for a new dentist")
    conversation = str(await lead.conversation())
    done = segue(system, "takeover", conversation, "--person", "Kim")
    assert done.returncode == 0, done.stderr
    await lead.sees(OwnershipChanged, lambda change: change.owner == "person")
    before = len(await lead.messages())
    await lead.says("are you still there?")
    assert segue(system, "say", conversation, "--person", "Kim", "Kim here, hello").returncode == 0
    assert await lead.reads() == "Kim here, hello"
    assert len(await lead.messages()) == before + 1
    assert segue(system, "release", conversation, "--person", "Kim").returncode == 0
    await lead.sees(OwnershipChanged, lambda change: change.owner == "agent")
    assert await lead.asks("do you take new patients?")


async def test_a_meeting_is_moved_and_cancelled_in_the_chat(new_lead) -> None:
    lead = new_lead(name="Joe")
    await lead.asks("Can I book a cleaning tomorrow afternoon?")
    await lead.asks("the first one works")
    booked = await lead.sees(MeetingBooked)
    await lead.asks("sorry, can we move it to the day after at the same time or later?")
    if not await lead.all(MeetingMoved):
        await lead.asks("the first one")
    moved = await lead.sees(MeetingMoved)
    assert moved.slot.starts_at != booked.slot.starts_at
    await lead.asks("I have to cancel my appointment")
    await lead.says("yes")
    await lead.sees(MeetingCancelled)


async def test_the_timeline_tells_the_whole_conversation(new_lead, system) -> None:
    lead = new_lead(name="Ann")
    await lead.asks("Hello there, I need a crown")
    conversation = str(await lead.conversation())
    await lead.sees(SendRequested)
    url = f"{system.processes['ingest'].url}/v1/conversations/{conversation}"
    token = system.environment["SEGUE_OPERATOR_TOKEN"]
    async with httpx.AsyncClient() as client:
        answer = await client.get(url, headers={"Authorization": f"Bearer {token}"})
        assert (await client.get(url)).status_code == 401
    assert {event["type"] for event in answer.json()["events"]} >= {
        "segue.message.received.v1", "segue.turn.completed.v1", "segue.send.requested.v1",
    }  # fmt: skip
    told = segue(system, "timeline", conversation, "--show-pii")
    assert told.returncode == 0, told.stderr
    assert "I need a crown" in told.stdout
    assert "I need a crown" not in segue(system, "timeline", conversation).stdout


async def test_no_call_without_consent(new_lead) -> None:
    lead = new_lead()
    await lead.asks(
        "We need braces for our son, budget around $4000, I decide, and we want to start this month"
    )
    assert (await lead.sees(CallHeldBack)).reason == "no_consent"
    await lead.asks("no, please don't call me")
    await lead.asks("what do you charge for a consultation?")
    assert not await lead.all(CallPlaced)
    assert not await lead.calls()

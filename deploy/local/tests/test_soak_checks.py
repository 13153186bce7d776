"""The checks of the fault run see what they are there to see."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from segue_common.events import (
    Contact,
    Event,
    EventData,
    MessageReceived,
    SendRequested,
    root_event,
    root_id,
)
from segue_local.simulator import CallRecord, MessageRecord
from segue_local.soak.checks import violations
from segue_local.soak.evidence import Conversation, Delivery, Evidence, Ring
from segue_local.soak.plan import Line, Person, Plan, draw
from segue_local.soak.witness import Witness

HOME = uuid.uuid4()
TENANT, NUMBER, SIDS = "acme-dental", "+12125550100", ("SM" + "1" * 32, "SM" + "2" * 32)
LINES = tuple(Line(sid, f"question {n}", 0.0) for n, sid in enumerate(SIDS))
PERSON = Person(NUMBER, "caller", TENANT, "sms", 0.0, LINES)


def event(data: EventData, id: UUID | None = None) -> Event[EventData]:
    return root_event(
        data, id=id or uuid.uuid4(), source="/test", tenant=TENANT, conversation_id=HOME,
        time=datetime(2026, 11, 3, tzinfo=UTC),
    )  # fmt: skip


def received(line: Line) -> Event[EventData]:
    data = MessageReceived(
        channel="sms", provider="twilio", provider_message_id=line.id, address=NUMBER,
        contact=Contact(contact_id=HOME, phone=NUMBER), text=line.text,
    )  # fmt: skip
    return event(data, root_id(TENANT, "twilio", line.id))


def reply(text: str) -> Event[EventData]:
    return event(SendRequested(channel="sms", address=NUMBER, text=text, speaker="agent", epoch=0))


def at_carrier(text: str, order: int) -> MessageRecord:
    return MessageRecord(
        sid=f"SMout{order}", account_sid="AC", to=NUMBER, from_="+15005550006", body=text,
        direction="outbound-api", status="sent", order=order,
    )  # fmt: skip


def sound() -> Evidence:
    """Two questions, two answers and a call, all as promised."""
    witness = Witness()
    for line in LINES:
        witness.wrote(PERSON, line.id, line.text, 200)
    answers = [reply("answer 0"), reply("answer 1")]
    heard = [received(line) for line in LINES]
    events = (heard[0], answers[0], heard[1], answers[1])
    call = CallRecord(
        sid="CA1", account_sid="AC", to=NUMBER, from_="+15005550006", direction="outbound-api"
    )
    return Evidence(
        Plan(1, 1.0, (PERSON,), (), ()),
        witness,
        messages=(at_carrier("answer 0", 1), at_carrier("answer 1", 2)),
        calls=(call,),
        conversations={HOME: Conversation(HOME, events, in_turn=False, pending=0, owner="agent")},
        deliveries={
            answer.id: Delivery(answer.id, "twilio", f"SMout{n + 1}", "sent", None)
            for n, answer in enumerate(answers)
        },
        web={},
        rings=(Ring(uuid.uuid4(), HOME, uuid.uuid4(), 1, "CA1"),),
    )


def broken(evidence: Evidence) -> set[str]:
    return {found.check for found in violations(evidence)}


def with_events(evidence: Evidence, *events: Event[EventData]) -> Evidence:
    home = replace(evidence.conversations[HOME], events=events)
    return replace(evidence, conversations={HOME: home})


def test_a_sound_run_has_no_violations() -> None:
    assert not violations(sound())


def test_a_message_that_is_lost_or_has_two_places_is_seen() -> None:
    first, answer, second, last = sound().conversations[HOME].events
    lost = with_events(sound(), first, answer, last)
    assert "every_acknowledged_message_has_one_place" in broken(lost)
    doubled = with_events(sound(), first, answer, first, second, last)
    assert "every_acknowledged_message_has_one_place" in broken(doubled)


def test_a_message_without_an_answer_is_seen() -> None:
    first, answer, second, _ = sound().conversations[HOME].events
    assert "every_conversation_was_answered" in broken(with_events(sound(), first, answer, second))


def test_a_turn_left_open_is_seen() -> None:
    run = sound()
    home = replace(run.conversations[HOME], in_turn=True)
    assert "every_conversation_was_answered" in broken(replace(run, conversations={HOME: home}))


def test_a_reply_that_is_doubled_missing_or_unknown_is_seen() -> None:
    run = sound()
    doubled = replace(run, messages=(*run.messages, at_carrier("answer 1", 3)))
    assert "every_reply_reached_the_carrier_once" in broken(doubled)
    missing = replace(run, messages=run.messages[:1])
    assert "every_reply_reached_the_carrier_once" in broken(missing)


def test_replies_in_another_order_than_decided_are_seen() -> None:
    run = sound()
    swapped = (at_carrier("answer 1", 1), at_carrier("answer 0", 2))
    assert "messages_left_in_the_order_of_the_transcript" in broken(replace(run, messages=swapped))


def test_messages_heard_in_another_order_than_acknowledged_are_seen() -> None:
    first, answer, second, last = sound().conversations[HOME].events
    assert "messages_are_heard_in_the_order_of_their_acks" in broken(
        with_events(sound(), second, answer, first, last)
    )


def test_a_call_that_is_doubled_or_missing_is_seen() -> None:
    run = sound()
    again = replace(run.calls[0], sid="CA2")
    assert "every_lead_was_rung_once_per_attempt" in broken(replace(run, calls=(*run.calls, again)))
    twice = replace(run.rings[0], provider_call_id="CA2")
    assert "every_lead_was_rung_once_per_attempt" in broken(
        replace(run, calls=(*run.calls, again), rings=(*run.rings, twice))
    )
    assert "every_lead_was_rung_once_per_attempt" in broken(replace(run, calls=(), rings=()))


def test_overlaps_leftovers_and_dead_letters_are_seen() -> None:
    run = sound()
    assert broken(replace(run, overlaps=(("a", "b"),))) == {"no_two_bookings_overlap"}
    assert broken(replace(run, left=("router: 1 unsent events",))) == {"nothing_is_left"}
    assert broken(replace(run, dead_letters=("segue.leads",))) == {"nothing_is_left"}


def test_a_widget_with_a_gap_or_a_repeat_is_seen() -> None:
    run = sound()
    run.witness.shown["visitor"] = [(1, "lead", "hi"), (3, "agent", "hello")]
    assert broken(run) == {"every_web_reply_is_numbered_once"}


def test_a_seed_replays_its_choices() -> None:
    assert repr(draw(7, 60.0, people=30)) == repr(draw(7, 60.0, people=30))
    assert repr(draw(7, 60.0, people=30)) != repr(draw(8, 60.0, people=30))

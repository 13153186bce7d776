"""The checks of the fault run see what they are there to see."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from segue_common.events import (
    CallEnded,
    Contact,
    Event,
    EventData,
    LeadQualified,
    MeetingBooked,
    MessageReceived,
    PersonWanted,
    SendRefused,
    SendRequested,
    Slot,
    root_event,
    root_id,
)
from segue_common.events.leads import Score
from segue_local.simulator import CallRecord, MessageRecord
from segue_local.soak.checks import violations
from segue_local.soak.evidence import Conversation, Delivery, Evidence, Ring
from segue_local.soak.plan import Line, Person, Plan, draw
from segue_local.soak.witness import Witness

HOME = uuid.uuid4()
TENANT, NUMBER, SIDS = "acme-dental", "+12125550100", ("SM" + "1" * 32, "SM" + "2" * 32)
QUALIFICATION = uuid.uuid4()
NOW = datetime(2026, 11, 3, tzinfo=UTC)
LINES = tuple(Line(sid, f"question {n}", 0.0) for n, sid in enumerate(SIDS))
PERSON = Person(NUMBER, "caller", TENANT, "sms", 0.0, LINES)


def event(data: EventData, id: UUID | None = None) -> Event[EventData]:
    return root_event(
        data, id=id or uuid.uuid4(), source="/test", tenant=TENANT, conversation_id=HOME,
        time=NOW,
    )  # fmt: skip


def received(line: Line) -> Event[EventData]:
    data = MessageReceived(
        channel="sms", provider="twilio", provider_message_id=line.id, address=NUMBER,
        contact=Contact(contact_id=HOME, phone=NUMBER), text=line.text,
    )  # fmt: skip
    return event(data, root_id(TENANT, "twilio", line.id))


def reply(text: str) -> Event[EventData]:
    return event(SendRequested(channel="sms", address=NUMBER, text=text, speaker="agent", epoch=0))


def qualified() -> Event[EventData]:
    return event(
        LeadQualified(
            qualification_id=QUALIFICATION, reason="asked_to_talk",
            contact=Contact(contact_id=HOME, phone=NUMBER), channel="sms", language="en",
            consent_to_call="granted", facts=(),
            score=Score(points=0, of=100, threshold=70, lines=()), topic="", epoch=0,
        )
    )  # fmt: skip


def booked() -> Event[EventData]:
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=NOW, ends_at=NOW,
        time_zone="UTC", resources=("chair-1",),
    )  # fmt: skip
    return event(MeetingBooked(booking_id=uuid.uuid4(), slot=slot, by="chat"))


def on_topics(events: Sequence[Event[EventData]]) -> dict[tuple[str, str, UUID], tuple[UUID, ...]]:
    found: defaultdict[tuple[str, str, UUID], list[UUID]] = defaultdict(list)
    for one in events:
        found[one.topic.name, one.source, one.subject].append(one.id)
    return {place: tuple(ids) for place, ids in found.items()}


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
    meeting = booked()
    events = (heard[0], answers[0], qualified(), meeting, heard[1], answers[1])
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
        rings=(Ring(uuid.uuid4(), HOME, QUALIFICATION, 1, "CA1"),),
        published=on_topics(events),
        meetings={HOME: (meeting.data.booking_id,)},  # type: ignore[attr-defined]  # as made above
    )


def broken(evidence: Evidence) -> set[str]:
    return {found.check for found in violations(evidence)}


def with_events(evidence: Evidence, *events: Event[EventData]) -> Evidence:
    home = replace(evidence.conversations[HOME], events=events)
    return replace(evidence, conversations={HOME: home})


def test_a_sound_run_has_no_violations() -> None:
    assert not violations(sound())


def test_a_message_that_is_lost_or_has_two_places_is_seen() -> None:
    first, answer, *others, second, last = sound().conversations[HOME].events
    lost = with_events(sound(), first, answer, *others, last)
    assert "every_acknowledged_message_has_one_place" in broken(lost)
    doubled = with_events(sound(), first, answer, first, second, last)
    assert "every_acknowledged_message_has_one_place" in broken(doubled)


def test_a_message_without_an_answer_is_seen() -> None:
    first, answer, *_, second, _ = sound().conversations[HOME].events
    assert "every_conversation_was_answered" in broken(with_events(sound(), first, answer, second))


def test_a_turn_left_open_is_seen() -> None:
    run = sound()
    home = replace(run.conversations[HOME], in_turn=True)
    assert "every_conversation_was_answered" in broken(replace(run, conversations={HOME: home}))


def test_a_turn_whose_answer_never_came_is_seen_and_one_that_was_slow_is_not() -> None:
    run = sound()
    events = run.conversations[HOME].events
    given_up = event(PersonWanted(reason="an agent did not answer", epoch=0))
    check = "every_conversation_was_answered"
    assert check in broken(with_events(run, *events, given_up))
    late = event(SendRefused(channel="sms", reason="stale_turn", text="answer", epoch=0))
    assert check not in broken(with_events(run, *events[:-1], given_up, late, events[-1]))


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
    first, answer, *others, second, last = sound().conversations[HOME].events
    assert "messages_are_heard_in_the_order_of_their_acks" in broken(
        with_events(sound(), second, answer, *others, first, last)
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
    events = run.conversations[HOME].events
    assert "every_lead_was_rung_once_per_attempt" in broken(with_events(run, *events, qualified()))


def test_a_reply_that_was_given_up_is_seen() -> None:
    run = sound()
    (first, delivered), *rest = run.deliveries.items()
    given_up = replace(delivered, status="failed", error="gave_up", provider_message_id=None)
    stale = replace(given_up, error="stale_epoch")
    without = run.messages[1:]
    check = "every_reply_reached_the_carrier_once"
    assert check in broken(
        replace(run, deliveries={first: given_up, **dict(rest)}, messages=without)
    )
    assert not broken(replace(run, deliveries={first: stale, **dict(rest)}, messages=without))


def test_words_that_only_came_too_late_are_no_answer() -> None:
    *before, last = sound().conversations[HOME].events
    for reason, is_answer in (("stale_turn", False), ("opted_out", True)):
        held = event(SendRefused(channel="sms", reason=reason, text="answer 1", epoch=0))
        seen = "every_conversation_was_answered" in broken(with_events(sound(), *before, held))
        assert seen is not is_answer
    assert "every_conversation_was_answered" not in broken(with_events(sound(), *before, last))


def test_another_order_on_a_topic_than_in_the_timeline_is_seen() -> None:
    run = sound()
    events = run.conversations[HOME].events
    swapped = on_topics([*reversed(events)])
    check = {"the_timeline_has_the_order_of_the_topics"}
    assert broken(replace(run, published=swapped)) == check
    assert broken(replace(run, published=on_topics(events[1:]))) == check
    assert broken(replace(run, published=on_topics([*events, event(events[0].data)]))) == set()


def test_a_meeting_that_is_told_twice_or_of_which_one_side_knows_nothing_is_seen() -> None:
    run = sound()
    assert broken(replace(run, meetings={})) == {"every_meeting_is_told_once"}
    assert broken(replace(run, meetings={HOME: (*run.meetings[HOME], uuid.uuid4())})) == {
        "every_meeting_is_told_once"
    }
    events = run.conversations[HOME].events
    again = [event(one.data) for one in events if isinstance(one.data, MeetingBooked)]
    assert "every_meeting_is_told_once" in broken(with_events(run, *events, *again))


def test_a_call_that_nothing_allowed_or_the_carrier_knows_nothing_of_is_seen() -> None:
    run = sound()
    check = "every_attempt_was_allowed"
    unasked = replace(run.rings[0], qualification_id=uuid.uuid4())
    assert broken(replace(run, rings=(unasked,))) == {check}
    made_up = Ring(uuid.uuid4(), HOME, QUALIFICATION, 1, "CA7")
    assert check in broken(replace(run, rings=(*run.rings, made_up)))
    again = replace(run.calls[0], sid="CA2")
    second = Ring(uuid.uuid4(), HOME, QUALIFICATION, 2, "CA2")
    twice = replace(run, calls=(*run.calls, again), rings=(*run.rings, second))
    assert check in broken(twice)
    for retry_at in (None, NOW):
        over = event(
            CallEnded(
                call_id=run.rings[0].call_id, qualification_id=QUALIFICATION, attempt=1,
                outcome="busy", retry_at=retry_at,
            )
        )  # fmt: skip
        seen = check in broken(with_events(twice, *run.conversations[HOME].events, over))
        assert seen is (retry_at is None)


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

"""The router's rules, told as conversations."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from router_talk import START, Talk
from segue_common.events import (
    CallEnded,
    CallHeldBack,
    ConsentChanged,
    ConsentHeard,
    Contact,
    EventData,
    HandOff,
    MeetingBooked,
    OptOutChanged,
    OwnershipChanged,
    PersonSaid,
    PersonWanted,
    ReleaseRequested,
    SendRefused,
    SendRequested,
    Slot,
    TakeoverRequested,
    TurnCompleted,
    TurnRequest,
)
from segue_common.events.topics import MAX_MESSAGE_BYTES
from segue_router.domain.conversation import Conversation
from segue_router.domain.turns import TurnOverdue

E = TypeVar("E", bound=EventData)


def only(events: list[EventData], kind: type[E]) -> E:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, events
    return found[0]


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_message_asks_one_agent_and_its_answer_goes_to_the_lead(talk: Talk) -> None:
    request = only(talk.lead("Hi, I'm thinking about braces for my daughter"), TurnRequest)
    assert request.agent == "sales"
    assert request.first_contact
    assert [line.text for line in request.new_messages] == [talk.state.transcript[-1].text]
    sent = only(talk.answer("Hello!"), SendRequested)
    assert (sent.text, sent.address, sent.speaker) == ("Hello!", "whatsapp:+12125550123", "agent")
    assert talk.state.transcript[-1].text == "Hello!"


def test_a_burst_is_answered_by_one_considered_turn(talk: Talk) -> None:
    talk.lead("hello")
    for text in ("I need", "a new roof", "for my house", "next month"):
        assert talk.lead(text) == []
    after = talk.answer("Hi!")
    request = only(after, TurnRequest)
    assert [line.text for line in request.new_messages] == [
        "I need", "a new roof", "for my house", "next month",
    ]  # fmt: skip
    assert not request.first_contact
    assert talk.answer("Noted.")
    assert talk.state.turn is None


def test_an_answer_passes_from_sales_to_booking_as_one_message(talk: Talk) -> None:
    talk.lead("Tomorrow at 3 works for a consultation about braces, my budget is $2000")
    hand_off = HandOff(to="booking", reason="a time is wanted")
    passed = only(talk.answer("Great.", hand_off=hand_off), TurnRequest)
    assert (passed.agent, passed.said) == ("booking", ("Great.",))
    sent = only(talk.answer("3 pm is free."), SendRequested)
    assert sent.text == "Great.\n\n3 pm is free."


def test_agents_that_keep_passing_the_turn_are_stopped(talk: Talk) -> None:
    talk.lead("hello there")
    for to in ("booking", "support"):
        talk.answer("one", hand_off=HandOff(to=to, reason="?"))
    last = talk.answer("two", hand_off=HandOff(to="sales", reason="?"))
    assert only(last, SendRequested).text == "one\n\none\n\ntwo"


def test_an_answer_to_a_turn_that_is_over_is_refused_on_the_record(talk: Talk) -> None:
    talk.lead("hello there")
    stale = talk.state.turn
    assert stale is not None
    talk.answer("Hi!")
    late = TurnCompleted(turn_id=stale.turn_id, agent="sales", epoch=0, says=("Hi again!",))
    assert only(talk.play(late), SendRefused).reason == "stale_turn"


def test_a_takeover_silences_every_agent(talk: Talk) -> None:
    talk.lead("hello there")
    turn = talk.state.turn
    assert turn is not None
    changed = only(talk.play(TakeoverRequested(person="Kim")), OwnershipChanged)
    assert (changed.owner, changed.epoch) == ("person", 1)
    late = TurnCompleted(turn_id=turn.turn_id, agent="sales", epoch=0, says=("Hi!",))
    assert only(talk.play(late), SendRefused).reason == "person_has_it"
    assert talk.lead("anybody there?") == []
    assert (
        only(talk.play(PersonSaid(person="Kim", text="Kim here")), SendRequested).text == "Kim here"
    )
    assert only(talk.play(ReleaseRequested(person="Kim")), OwnershipChanged).epoch == 2
    assert only(talk.lead("thanks, one more question about prices"), TurnRequest).epoch == 2


def test_a_person_who_writes_takes_the_conversation_over(talk: Talk) -> None:
    talk.lead("hello there")
    out = talk.play(PersonSaid(person="Kim", text="Kim here"))
    assert only(out, OwnershipChanged).person == "Kim"
    assert only(out, SendRequested).speaker == "person"


@pytest.mark.parametrize("text", ["STOP", "stop", "Unsubscribe", "please stop texting me"])
def test_stop_is_obeyed_confirmed_once_and_undone_by_start(talk: Talk, text: str) -> None:
    talk.lead("hello there")
    stopped = talk.lead(text)
    assert only(stopped, OptOutChanged).opted_out
    assert "START" in only(stopped, SendRequested).text
    assert talk.state.turn is None
    again = talk.lead(text)
    assert not [event for event in again if isinstance(event, SendRequested)]
    assert only(talk.lead("are you open on Monday?"), SendRefused).reason == "opted_out"
    started = talk.lead("START")
    assert not only(started, OptOutChanged).opted_out
    assert only(started, SendRequested)


def test_a_stop_and_a_start_name_the_number_that_they_came_from(talk: Talk) -> None:
    talk.lead("I'm Dana, ring me on another number")
    talk.answer("Sure.", contact=talk.contact.model_copy(update={"phone": "+16465550188"}))
    assert only(talk.lead("STOP"), OptOutChanged).phone == "+12125550123"
    assert only(talk.lead("START"), OptOutChanged).phone == "+12125550123"


def test_a_start_where_nothing_was_stopped_opens_the_number_and_is_answered(talk: Talk) -> None:
    waiting = talk.lead("How much is a cleaning?")
    started = talk.lead("START")
    told = only(started, OptOutChanged)
    assert (told.opted_out, told.phone, told.epoch) == (False, "+12125550123", 0)
    assert talk.state.turn is not None
    assert talk.state.turn.turn_id == only(waiting, TurnRequest).turn_id
    assert len(talk.state.pending) == 1


def test_a_stop_in_the_web_chat_names_the_number_that_was_told_there(talk: Talk) -> None:
    stranger = Contact(contact_id=talk.contact.contact_id)
    talk.state = Conversation(contact=stranger)
    talk.lead("my number is 646 555 0188", channel="web", address="w", contact=stranger)
    talk.answer("Thanks.", contact=stranger.model_copy(update={"phone": "+16465550188"}))
    stopped = talk.lead("STOP", channel="web", address="w", contact=stranger)
    assert only(stopped, OptOutChanged).phone == "+16465550188"


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [("opted_out", [SendRequested]), ("wish_too_old", [SendRequested]), ("outside_hours", [])],
)
def test_a_lead_who_waits_for_a_call_that_wont_come_is_told(
    talk: Talk, reason: str, kinds: list[type[EventData]]
) -> None:
    talk.lead("please call me")
    assert talk.last is not None
    talk.answer(
        "Calling.",
        consent=ConsentHeard(state="granted", quote="call me", message_id=talk.last.id),
    )
    held = CallHeldBack.model_validate({"qualification_id": uuid4(), "reason": reason})
    assert [type(event) for event in talk.play(held)] == kinds


@pytest.mark.parametrize("reason", ["opted_out", "wish_too_old"])
def test_a_lead_who_was_promised_no_call_is_not_told_that_it_didnt_come(
    talk: Talk, reason: str
) -> None:
    talk.lead("hello there")
    talk.answer("Hi!")
    held = CallHeldBack.model_validate({"qualification_id": uuid4(), "reason": reason})
    assert talk.play(held) == []


def test_a_lead_who_has_just_stopped_us_hears_nothing_of_the_call_held_back(talk: Talk) -> None:
    talk.lead("STOP")
    assert talk.play(CallHeldBack(qualification_id=uuid4(), reason="opted_out")) == []


def test_a_stop_that_the_carrier_answered_is_not_answered_again(talk: Talk) -> None:
    out = talk.lead("STOP", carrier_keyword="stop")
    assert [type(event) for event in out] == [OptOutChanged]


def test_an_answer_under_way_when_the_lead_stops_never_leaves(talk: Talk) -> None:
    talk.lead("hello there")
    turn = talk.state.turn
    assert turn is not None
    talk.lead("STOP")
    late = TurnCompleted(turn_id=turn.turn_id, agent="sales", epoch=0, says=("Hi!",))
    assert only(talk.play(late), SendRefused).reason == "opted_out"


def test_consent_is_recorded_with_the_words_and_a_refusal_is_a_fence(talk: Talk) -> None:
    talk.lead("yes please call me")
    assert talk.last is not None
    yes = ConsentHeard(state="granted", quote="call me", message_id=talk.last.id)
    granted = only(talk.answer("Calling.", consent=yes), ConsentChanged)
    assert (granted.state, granted.quote, granted.epoch) == ("granted", "call me", 0)
    talk.lead("actually don't call")
    no = ConsentHeard(state="denied", quote="don't call", message_id=talk.last.id)
    denied = talk.answer("Fine.", consent=no)
    assert only(denied, ConsentChanged).epoch == 1
    assert only(denied, SendRequested).text == "Fine."


def test_outside_the_whatsapp_window_nothing_goes_out(talk: Talk) -> None:
    talk.lead("hello there")
    talk.now += timedelta(hours=25)
    assert only(talk.answer("Hi!"), SendRefused).reason == "window_closed"


def test_a_picture_without_words_gets_a_sensible_question(talk: Talk) -> None:
    picture = {"url": "https://media.example/1", "content_type": "image/jpeg"}
    sent = only(talk.lead("", attachments=[picture]), SendRequested)
    assert "few words" in sent.text
    assert talk.state.turn is None


def test_support_leaves_the_open_question_standing(talk: Talk) -> None:
    talk.lead("I want a new kitchen")
    talk.answer("What budget do you have in mind?", question="budget")
    request = only(talk.lead("Where are you located? What are your opening hours?"), TurnRequest)
    assert request.agent == "support"
    talk.answer("Main Street 1.")
    assert talk.state.question == "budget"
    assert only(talk.lead("about 20k"), TurnRequest).agent == "sales"


def test_a_silent_agent_is_covered_for_asked_again_and_given_up(talk: Talk) -> None:
    talk.lead("hello there")

    def ring() -> list[EventData]:
        assert talk.state.turn is not None
        return talk.play(TurnOverdue(turn_id=talk.state.turn.turn_id))

    first = talk.state.turn
    assert only(ring(), SendRequested)
    assert talk.state.turn is not None
    assert first is not None
    assert talk.state.turn.turn_id == first.turn_id, "a late answer is still welcome"
    assert only(ring(), TurnRequest)
    assert only(ring(), PersonWanted)
    assert only(talk.lead("still here"), TurnRequest)


def test_a_meeting_booked_on_the_call_is_confirmed_in_the_chat(talk: Talk) -> None:
    talk.lead("hello there")
    talk.answer("Hi!")
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, minutes=30), time_zone="America/New_York",
    )  # fmt: skip
    sent = only(talk.play(MeetingBooked(booking_id=uuid4(), slot=slot, by="call")), SendRequested)
    assert "Consultation" in sent.text
    assert "10" in sent.text, "in the business's own time"
    assert not talk.play(MeetingBooked(booking_id=uuid4(), slot=slot, by="chat"))


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [("no_answer", [SendRequested]), ("opted_out", [OptOutChanged]), ("booked", [])],
)
def test_the_outcome_of_a_call_comes_back_into_the_chat(
    talk: Talk, outcome: str, kinds: list[type[EventData]]
) -> None:
    talk.lead("hello there")
    talk.answer("Hi!")
    ended = CallEnded.model_validate(
        {"call_id": uuid4(), "qualification_id": None, "attempt": 1, "outcome": outcome}
    )
    out = talk.play(ended)
    assert [type(event) for event in out] == kinds
    if outcome == "opted_out":
        assert only(out, OptOutChanged).phone == "+12125550123"


def test_what_the_answer_learned_of_the_contact_is_kept(talk: Talk) -> None:
    talk.lead("I'm Dana")
    talk.answer("Hi Dana!", contact=Contact(contact_id=UUID(int=0), name="Dana"))
    assert talk.state.contact == talk.contact.model_copy(update={"name": "Dana"})


def test_an_ok_before_a_question_does_not_hide_the_question(talk: Talk) -> None:
    talk.lead("I want a new kitchen")
    talk.answer("When would you like to get started?", question="timeline")
    assert only(talk.lead("ok cool, what are your opening hours?"), TurnRequest).agent == "support"


def test_thirty_endless_messages_still_fit_into_one_record(talk: Talk) -> None:
    talk.lead("hello")
    for _ in range(30):
        talk.lead("\U0001f9b7 " * 30_000 + "teeth")
    request = only(talk.answer("Hi!"), TurnRequest)
    assert len(request.model_dump_json().encode()) < MAX_MESSAGE_BYTES


def test_a_nul_in_a_message_never_reaches_the_database(talk: Talk) -> None:
    request = only(talk.lead("I need\x00 braces"), TurnRequest)
    assert request.transcript[-1].text == "I need braces"


def test_an_emergency_goes_to_who_can_act_on_it(talk: Talk) -> None:
    assert only(talk.lead("there's a gas leak in our kitchen"), TurnRequest).agent == "sales"


def test_a_stop_ends_the_wait_for_an_answer(talk: Talk) -> None:
    talk.lead("hello there")
    talk.lead("STOP")
    assert ("timer", f"turn {talk.id}") in talk.cancelled

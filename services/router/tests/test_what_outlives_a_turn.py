"""What must hold whichever turn is under way: consent, the contact, the meeting, a late answer."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from router_talk import START, Talk
from segue_common.events import (
    ConsentChanged,
    ConsentHeard,
    Contact,
    EventData,
    MeetingBooked,
    MeetingCancelled,
    SendRefused,
    SendRequested,
    Slot,
    TakeoverRequested,
    TurnRequest,
)
from segue_router.domain.conversation import Conversation
from segue_router.domain.turns import TurnOverdue

E = TypeVar("E", bound=EventData)


def of(events: list[EventData], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def heard(state: str, quote: str) -> ConsentHeard:
    return ConsentHeard.model_validate({"state": state, "quote": quote, "message_id": uuid4()})


def told(talk: Talk, **fields: str) -> Contact:
    return talk.contact.model_copy(update=fields)


@pytest.fixture
def talk() -> Talk:
    return Talk("sms", "xx_kim_xx")


def test_what_the_lead_told_outweighs_the_profile_of_their_next_message(talk: Talk) -> None:
    talk.lead("I'm Kim Novak, call me on 212 555 0199")
    talk.answer("Thanks, Kim!", contact=told(talk, name="Kim Novak", phone="+12125550199"))
    request = of(talk.lead("it's about a crown"), TurnRequest)[0]
    assert (request.contact.name, request.contact.phone) == ("Kim Novak", "+12125550199")
    assert request.contact.contact_id == talk.contact.contact_id


def test_a_consent_for_another_number_is_told_again(talk: Talk) -> None:
    talk.lead("call me")
    first = of(talk.answer("We ring you.", consent=heard("granted", "call me")), ConsentChanged)
    talk.lead("call me at the office, 212 555 0199")
    moved = {
        "consent": heard("granted", "call me at the office"),
        "contact": told(talk, phone="+12125550199"),
    }
    second = of(talk.answer("There, then.", **moved), ConsentChanged)
    talk.lead("call me")
    third = of(talk.answer("Yes.", consent=heard("granted", "call me")), ConsentChanged)
    assert [one.phone for one in (*first, *second, *third)] == ["+12125550123", "+12125550199"]


def test_a_refusal_to_be_phoned_counts_even_in_an_answer_that_is_void(talk: Talk) -> None:
    talk.lead("call me")
    talk.answer("We ring you.", consent=heard("granted", "call me"))
    talk.lead("no, please don't ring me")
    asked = talk.turn
    talk.play(TakeoverRequested(person="Kim"))
    late = talk.answer("No call, then.", turn=asked, consent=heard("denied", "don't ring me"))
    assert of(late, SendRequested) == []
    assert [one.reason for one in of(late, SendRefused)] == ["person_has_it"]
    assert [one.state for one in of(late, ConsentChanged)] == ["denied"]
    assert talk.state.consent_to_call == "denied"


def test_a_late_refusal_does_not_void_the_turn_that_is_under_way(talk: Talk) -> None:
    talk.lead("hello")
    stale = talk.turn.model_copy(update={"turn_id": uuid4()})
    talk.answer("Old words", turn=stale, consent=heard("denied", "don't ring me"))
    assert of(talk.answer("Hi!"), SendRequested)


def test_an_agent_that_is_asked_again_may_still_answer_the_first_time(talk: Talk) -> None:
    first = of(talk.lead("call me"), TurnRequest)[0]
    turn = talk.turn
    talk.play(TurnOverdue(turn_id=turn.turn_id))
    again = of(talk.play(TurnOverdue(turn_id=turn.turn_id)), TurnRequest)[0]
    assert (again.turn_id, again.new) == (first.turn_id, first.new)
    sent = of(talk.answer("We ring you.", turn=turn), SendRequested)
    assert [one.text for one in sent] == ["We ring you."]
    twice = talk.answer("Anything else?", turn=turn)
    assert of(twice, SendRequested) == []
    assert [one.reason for one in of(twice, SendRefused)] == ["stale_turn"]


def test_cancelling_another_meeting_leaves_the_one_that_stands(talk: Talk) -> None:
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, minutes=30), time_zone="America/New_York",
    )  # fmt: skip
    former, present = uuid4(), uuid4()
    for booking in (former, present):
        talk.play(MeetingBooked(booking_id=booking, slot=slot, by="chat"))
    talk.play(MeetingCancelled(booking_id=former, slot=slot, by="api"))
    assert talk.state.meeting is not None
    assert talk.state.meeting.booking_id == present
    talk.play(MeetingCancelled(booking_id=present, slot=slot, by="api"))
    assert talk.state.meeting is None


def test_a_caller_without_a_chat_is_known_once_they_write() -> None:
    talk = Talk("sms", "xx_kim_xx")
    talk.state = Conversation(contact=Contact(contact_id=UUID(int=1)))
    talk.lead("hello, we spoke on the phone")
    assert talk.state.contact == talk.contact

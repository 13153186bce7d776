"""A meeting that was made in a turn whose answer is void stands, and the lead is told of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from router_talk import START, Talk
from segue_common.events import (
    EventData,
    MeetingBooked,
    MeetingCancelled,
    PersonWanted,
    ReleaseRequested,
    SendRefused,
    SendRequested,
    Slot,
    TakeoverRequested,
    TurnCompleted,
)
from segue_router.domain.turns import TurnOverdue

SLOT = Slot(
    service="consult", service_name="Consultation", starts_at=START + timedelta(days=1),
    ends_at=START + timedelta(days=1, minutes=30), time_zone="America/New_York",
)  # fmt: skip
BOOKED = MeetingBooked(booking_id=uuid4(), slot=SLOT, by="chat")


class BookingTalk(Talk):
    """A conversation in which the booking agent was asked for a meeting by the event `request`."""

    def __init__(self) -> None:
        super().__init__("sms")
        self.request = uuid4()
        self.lead("Please book me tomorrow at 10am")
        self.asked = self.turn

    def book(self) -> list[str]:
        return sent(self.play(BOOKED, self.request))

    def agent_answers(self) -> list[EventData]:
        done = TurnCompleted(
            turn_id=self.asked.turn_id, agent="booking", epoch=self.asked.epoch,
            says=("You're set.",),
        )  # fmt: skip
        return self.play(done, self.request)


def sent(events: list[EventData]) -> list[str]:
    return [event.text for event in events if isinstance(event, SendRequested)]


@pytest.fixture
def talk() -> BookingTalk:
    return BookingTalk()


@pytest.mark.parametrize("meeting_first", [True, False])
def test_the_answer_of_the_turn_tells_of_the_meeting_once(
    talk: BookingTalk, meeting_first: bool
) -> None:
    told = talk.book() if meeting_first else []
    told += sent(talk.agent_answers())
    told += [] if meeting_first else talk.book()
    assert told == ["You're set."]


@pytest.mark.parametrize("meeting_first", [True, False])
def test_after_a_takeover_it_is_confirmed_once_the_agents_are_back(
    talk: BookingTalk, meeting_first: bool
) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    steps = [talk.book, lambda: sent(talk.agent_answers())]
    assert [step() for step in (steps if meeting_first else steps[::-1])] == [[], []]
    assert talk.state.meeting is not None
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == [
        "You're booked: Consultation with Acme Dental, tomorrow at 10:00 AM."
        " If anything changes, just write to us here."
    ]
    talk.play(TakeoverRequested(person="Kim"))
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == []


def test_the_person_finds_what_was_withheld_on_the_record(talk: BookingTalk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    refused = [event for event in talk.agent_answers() if isinstance(event, SendRefused)]
    assert [(one.text, one.reason) for one in refused] == [("You're set.", "person_has_it")]


def test_a_meeting_that_the_person_cancelled_is_not_confirmed_afterwards(talk: BookingTalk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    talk.agent_answers()
    talk.play(MeetingCancelled(booking_id=BOOKED.booking_id, slot=SLOT, by="api"))
    told = sent(talk.play(ReleaseRequested(person="Kim")))
    assert [text.split(":")[0] for text in told] == ["Your appointment is cancelled"]


def test_after_a_stop_it_is_confirmed_once_the_lead_starts_again(talk: BookingTalk) -> None:
    talk.lead("STOP")
    assert talk.book() + sent(talk.agent_answers()) == []
    assert sent(talk.lead("START"))[-1].startswith("You're booked: Consultation")


def test_an_answer_that_comes_too_late_leaves_it_to_the_router_at_once(talk: BookingTalk) -> None:
    for _ in range(3):
        gave_up = talk.play(TurnOverdue(turn_id=talk.asked.turn_id))
    assert any(isinstance(event, PersonWanted) for event in gave_up)
    talk.book()
    assert sent(talk.agent_answers())[0].startswith("You're booked: Consultation")


def test_a_meeting_that_is_over_is_not_confirmed(talk: BookingTalk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    talk.agent_answers()
    talk.now += timedelta(days=2)
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == []

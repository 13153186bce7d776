"""A meeting that was made in a turn whose answer is void stands, and the lead is told of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from segue_common.events import (
    Contact,
    Event,
    EventData,
    MeetingBooked,
    MeetingCancelled,
    MessageReceived,
    PersonWanted,
    ReleaseRequested,
    SendRefused,
    SendRequested,
    Slot,
    TakeoverRequested,
    TurnCompleted,
    root_event,
)
from segue_common.tenants import Tenant
from segue_router.domain.conversation import Conversation, Turn
from segue_router.domain.decide import decide
from segue_router.domain.turns import TurnOverdue

ACME = Tenant(tenant="acme", name="Acme Dental", time_zone="America/New_York")
START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PROFILE = Contact(contact_id=uuid4(), phone="+12125550123")
SLOT = Slot(
    service="consult", service_name="Consultation", starts_at=START + timedelta(days=1),
    ends_at=START + timedelta(days=1, minutes=30), time_zone="America/New_York",
)  # fmt: skip
BOOKED = MeetingBooked(booking_id=uuid4(), slot=SLOT, by="chat")


class Talk:
    """A conversation in which the booking agent was asked for a meeting by the event `request`."""

    def __init__(self) -> None:
        self.id, self.now, self.request = uuid4(), START, uuid4()
        self.state = Conversation(contact=PROFILE)
        self.lead("Please book me tomorrow at 10am")
        assert self.state.turn is not None
        self.turn: Turn = self.state.turn

    def play(self, data: EventData, because: UUID | None = None) -> list[EventData]:
        self.now += timedelta(seconds=1)
        event: Event[EventData] = root_event(
            data, id=uuid4(), source="/test", tenant="acme", conversation_id=self.id, time=self.now
        ).model_copy(update={"causationid": because})
        decision = decide(self.state, event, self.now, ACME)
        self.state = decision.state
        return list(decision.events)

    def lead(self, text: str) -> list[EventData]:
        return self.play(
            MessageReceived(
                channel="sms", provider="twilio", provider_message_id=str(uuid4()),
                address="+12125550123", contact=PROFILE, text=text,
            )
        )  # fmt: skip

    def book(self) -> list[str]:
        return sent(self.play(BOOKED, self.request))

    def answer(self) -> list[EventData]:
        done = TurnCompleted(
            turn_id=self.turn.turn_id, agent="booking", epoch=self.turn.epoch, says=("You're set.",)
        )
        return self.play(done, self.request)


def sent(events: list[EventData]) -> list[str]:
    return [event.text for event in events if isinstance(event, SendRequested)]


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize("meeting_first", [True, False])
def test_the_answer_of_the_turn_tells_of_the_meeting_once(talk: Talk, meeting_first: bool) -> None:
    told = talk.book() if meeting_first else []
    told += sent(talk.answer())
    told += [] if meeting_first else talk.book()
    assert told == ["You're set."]


@pytest.mark.parametrize("meeting_first", [True, False])
def test_after_a_takeover_it_is_confirmed_once_the_agents_are_back(
    talk: Talk, meeting_first: bool
) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    steps = [talk.book, lambda: sent(talk.answer())]
    assert [step() for step in (steps if meeting_first else steps[::-1])] == [[], []]
    assert talk.state.meeting is not None
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == [
        "You're booked: Consultation with Acme Dental, tomorrow at 10:00 AM."
        " If anything changes, just write to us here."
    ]
    talk.play(TakeoverRequested(person="Kim"))
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == []


def test_the_person_finds_what_was_withheld_on_the_record(talk: Talk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    refused = [event for event in talk.answer() if isinstance(event, SendRefused)]
    assert [(one.text, one.reason) for one in refused] == [("You're set.", "person_has_it")]


def test_a_meeting_that_the_person_cancelled_is_not_confirmed_afterwards(talk: Talk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    talk.answer()
    talk.play(MeetingCancelled(booking_id=BOOKED.booking_id, slot=SLOT, by="api"))
    told = sent(talk.play(ReleaseRequested(person="Kim")))
    assert [text.split(":")[0] for text in told] == ["Your appointment is cancelled"]


def test_after_a_stop_it_is_confirmed_once_the_lead_starts_again(talk: Talk) -> None:
    talk.lead("STOP")
    assert talk.book() + sent(talk.answer()) == []
    assert sent(talk.lead("START"))[-1].startswith("You're booked: Consultation")


def test_an_answer_that_comes_too_late_leaves_it_to_the_router_at_once(talk: Talk) -> None:
    for _ in range(3):
        gave_up = talk.play(TurnOverdue(turn_id=talk.turn.turn_id))
    assert any(isinstance(event, PersonWanted) for event in gave_up)
    talk.book()
    assert sent(talk.answer())[0].startswith("You're booked: Consultation")


def test_a_meeting_that_is_over_is_not_confirmed(talk: Talk) -> None:
    talk.play(TakeoverRequested(person="Kim"))
    talk.book()
    talk.answer()
    talk.now += timedelta(days=2)
    assert sent(talk.play(ReleaseRequested(person="Kim"))) == []

"""A person who was met under two identities: the conversation that stays takes the other over."""

import pytest
from router_talk import Talk
from segue_common.events import OptOutChanged, SendRefused, SendRequested, TurnRequest


@pytest.fixture
def talks() -> tuple[Talk, Talk]:
    """The same person twice, unknown to us: by their user name, and later by their number."""
    hidden, shown = Talk(), Talk()
    hidden.contact = hidden.contact.model_copy(update={"phone": None, "name": "Ann"})
    shown.former = {hidden.id: hidden.state}
    return hidden, shown


def meet(hidden: Talk, shown: Talk, text: str) -> list[object]:
    """The lead writes where both identities show."""
    shown.now = max(hidden.now, shown.now)
    shown.former = {hidden.id: hidden.state}
    return list(shown.lead(text, formerly=(hidden.id,)))


def test_a_stop_holds_and_a_start_undoes_it_for_good(talks: tuple[Talk, Talk]) -> None:
    hidden, shown = talks
    hidden.lead("STOP")
    events = meet(hidden, shown, "What does a crown cost?")
    assert [event.reason for event in events if isinstance(event, SendRefused)] == ["opted_out"]
    (told,) = [event for event in events if isinstance(event, OptOutChanged)]
    assert (told.opted_out, told.phone) == (True, shown.contact.phone)
    assert told.epoch == shown.state.epoch == 1
    meet(hidden, shown, "START")
    assert not shown.state.opted_out
    events = meet(hidden, shown, "What does a crown cost?")
    assert not [event for event in events if isinstance(event, SendRefused | OptOutChanged)]
    assert shown.turn


def test_the_message_that_tells_may_be_the_start_itself(talks: tuple[Talk, Talk]) -> None:
    hidden, shown = talks
    hidden.lead("STOP")
    events = meet(hidden, shown, "START")
    changes = [event.opted_out for event in events if isinstance(event, OptOutChanged)]
    assert changes == [True, False]
    assert not shown.state.opted_out


def test_what_was_said_there_is_read_here_once_and_in_its_order(talks: tuple[Talk, Talk]) -> None:
    hidden, shown = talks
    hidden.lead("I need a bridge")
    hidden.answer("What budget did you have in mind?")
    shown.now = hidden.now
    shown.lead("Hello")
    shown.answer("Hi there!")
    meet(hidden, shown, "About 2000")
    meet(hidden, shown, "And soon")
    assert [line.text for line in shown.state.transcript] == [
        "I need a bridge", "What budget did you have in mind?", "Hello", "Hi there!", "About 2000",
        "And soon",
    ]  # fmt: skip


def test_agents_are_told_whose_record_goes_on(talks: tuple[Talk, Talk]) -> None:
    hidden, shown = talks
    hidden.lead("I need a bridge")
    events = meet(hidden, shown, "About 2000")
    (request,) = [event for event in events if isinstance(event, TurnRequest)]
    assert request.formerly == (hidden.id,)
    assert shown.state.contact.name == "Ann"


def test_one_that_never_reached_us_is_no_hindrance(talks: tuple[Talk, Talk]) -> None:
    hidden, shown = talks
    shown.former = {}
    shown.lead("Hello", formerly=(hidden.id,))
    assert [type(event) for event in shown.answer("Hi!")] == [SendRequested]
    assert shown.state.formerly == ()

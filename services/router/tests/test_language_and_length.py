"""The language of a conversation follows the lead, and no words are too long for a carrier."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_common.events import (
    Contact,
    EventData,
    MessageReceived,
    PersonSaid,
    SendRequested,
    TurnCompleted,
    TurnRequest,
    root_event,
)
from segue_common.events.shared import Channel
from segue_common.tenants import Tenant
from segue_router.domain.conversation import Conversation
from segue_router.domain.decide import decide
from segue_router.domain.language import with_language
from segue_router.domain.length import parts, units

ACME = Tenant(tenant="acme", name="Acme Dental", time_zone="America/New_York")
START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PROFILE = Contact(contact_id=uuid4(), phone="+12125550123")
IN_SPANISH = "Hola, quiero una cita para mañana por la tarde"
IN_ENGLISH = "Sorry, can we go on in English? How much is a cleaning?"


class Talk:
    """A conversation on which events are played."""

    def __init__(self, channel: Channel = "sms") -> None:
        self.id, self.now, self.channel = uuid4(), START, channel
        self.state = Conversation(contact=PROFILE)

    def play(self, data: EventData) -> list[EventData]:
        self.now += timedelta(seconds=1)
        event = root_event(
            data, id=uuid4(), source="/test", tenant="acme", conversation_id=self.id, time=self.now
        )
        decision = decide(self.state, event, self.now, ACME)
        self.state = decision.state
        return list(decision.events)

    def lead(self, text: str) -> list[EventData]:
        return self.play(
            MessageReceived(
                channel=self.channel, provider="twilio", provider_message_id=str(uuid4()),
                address="+12125550123", contact=PROFILE, text=text,
            )
        )  # fmt: skip

    def asked_in(self, text: str, question: str | None = None) -> str:
        """The language in which the next answer to this message is wanted."""
        request = next(event for event in self.lead(text) if isinstance(event, TurnRequest))
        self.answer("…", question=question)
        return request.language

    def answer(self, *says: str, question: str | None = None) -> list[str]:
        turn = self.state.turn
        assert turn is not None
        done = TurnCompleted(
            turn_id=turn.turn_id, agent=turn.agent, epoch=turn.epoch, says=says, question=question
        )
        return [event.text for event in self.play(done) if isinstance(event, SendRequested)]


@pytest.mark.parametrize("first", ["ok", "hola", "gracias"])
def test_a_word_or_two_at_first_fix_no_language(first: str) -> None:
    talk = Talk()
    talk.asked_in(first)
    assert talk.asked_in(IN_ENGLISH) == "en"
    talk = Talk()
    talk.asked_in(first)
    assert talk.asked_in(IN_SPANISH) == "es"


def test_an_emoji_fixes_no_language() -> None:
    talk = Talk()
    talk.lead("👋")
    assert not talk.state.language_is_sure
    assert talk.asked_in(IN_SPANISH) == "es"


def test_a_guess_is_kept_while_nothing_else_shows() -> None:
    talk = Talk()
    assert talk.asked_in("quiero cita") == "es"
    assert talk.asked_in("ok") == "es"


def test_who_switches_is_answered_in_the_new_language_and_back() -> None:
    talk = Talk()
    assert talk.asked_in(IN_SPANISH) == "es"
    assert talk.asked_in(IN_ENGLISH) == "en"
    assert talk.asked_in("¿Cuánto cuesta una limpieza para mi hijo?") == "es"


@pytest.mark.parametrize(
    "text",
    ["ok", "gracias", "ok muchas gracias amigo", "Juan de la Cruz", "👍", "my casa", "10:30"],
)
def test_a_courtesy_a_name_or_a_borrowed_word_changes_no_language(text: str) -> None:
    talk = Talk()
    assert talk.asked_in("I would like to know how much a cleaning is") == "en"
    talk.lead(text)
    assert talk.state.language == "en"
    talk = Talk()
    assert talk.asked_in(IN_SPANISH) == "es"
    talk.lead(text)
    assert talk.state.language == "es"


def test_an_answer_to_what_somebody_is_called_changes_no_language() -> None:
    talk = Talk()
    assert talk.asked_in("I would like to know how much a cleaning is", question="name") == "en"
    talk.lead("Maria del Carmen y los Reyes de la Torre")
    assert talk.state.language == "en"


def test_a_name_changes_no_guess_either() -> None:
    talk = Talk()
    assert talk.asked_in("hi", question="name") == "en"
    talk.lead("Maria del Carmen y los Reyes de la Torre")
    assert talk.state.language == "en"


@pytest.mark.parametrize("known", [None, "en"])
def test_who_writes_the_tenants_language_is_answered_in_the_tenants_variant(
    known: str | None,
) -> None:
    state = Conversation(contact=PROFILE, language=known)
    in_either_variant = "我想明天早上去看牙可以不可以大概多少"
    assert with_language(state, in_either_variant, "zh-Hant").language == "zh-Hant"
    assert with_language(state, in_either_variant, "en").language == "zh"


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_long_answer_leaves_in_parts_that_end_with_sentences(channel: Channel) -> None:
    talk = Talk(channel)
    talk.lead("hello there")
    sentence = "This is one of very many sentences about the opening hours. "
    sent = talk.answer((sentence * 70).strip())
    assert len(sent) == 3
    assert all(units(text) <= 1600 and text.endswith(".") for text in sent)
    assert " ".join(sent) == (sentence * 70).strip()
    assert [line.text for line in talk.state.transcript if line.speaker == "agent"] == sent


def test_what_a_person_writes_is_parted_too() -> None:
    talk = Talk()
    talk.lead("hello there")
    sent = [
        event.text
        for event in talk.play(PersonSaid(person="Kim", text="word " * 900))
        if isinstance(event, SendRequested)
    ]
    assert len(sent) == 3
    assert "".join(sent).count("word") == 900


def test_space_alone_is_no_part() -> None:
    assert list(parts(" " * 2000 + "hello", "sms")) == ["hello"]


def test_the_web_chat_takes_words_of_any_length() -> None:
    assert list(parts("a" * 9000, "web")) == ["a" * 9000]


@given(st.text(alphabet=st.sampled_from("ab .!?\n。😀é"), max_size=5000))
def test_no_part_is_too_long_or_empty_and_nothing_but_space_is_lost(text: str) -> None:
    found = list(parts(text, "sms")) if text.strip() else []
    assert all(0 < units(part) <= 1600 for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())

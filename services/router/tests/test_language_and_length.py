"""The language of a conversation follows the lead, and no words are too long for a carrier."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_talk import Talk
from segue_common.events import (
    CallSaid,
    Contact,
    LanguageChanged,
    PersonSaid,
    SendRequested,
    TurnRequest,
)
from segue_common.events.shared import Channel
from segue_dialogue.phrasing import phrasebook
from segue_router.domain.conversation import Conversation
from segue_router.domain.language import with_language
from segue_router.domain.length import parts, units

IN_SPANISH = "Hola, quiero una cita para mañana por la tarde"
IN_ENGLISH = "Sorry, can we go on in English? How much is a cleaning?"


class SpokenTalk(Talk):
    """A conversation that is followed by its languages and its words."""

    def __init__(self, channel: Channel = "sms") -> None:
        super().__init__(channel)

    def asked_in(self, text: str, question: str | None = None) -> str:
        """The language in which the next answer to this message is wanted."""
        request = next(event for event in self.lead(text) if isinstance(event, TurnRequest))
        self.answer("…", question=question)
        return request.language

    def says(self, text: str) -> list[str]:
        """What leaves of an agent's answer."""
        return [event.text for event in self.answer(text) if isinstance(event, SendRequested)]


@pytest.mark.parametrize("first", ["ok", "hola", "gracias"])
def test_a_word_or_two_at_first_fix_no_language(first: str) -> None:
    talk = SpokenTalk()
    talk.asked_in(first)
    assert talk.asked_in(IN_ENGLISH) == "en"
    talk = SpokenTalk()
    talk.asked_in(first)
    assert talk.asked_in(IN_SPANISH) == "es"


def test_an_emoji_fixes_no_language() -> None:
    talk = SpokenTalk()
    talk.lead("👋")
    assert not talk.state.language_is_sure
    assert talk.asked_in(IN_SPANISH) == "es"


def test_a_guess_is_kept_while_nothing_else_shows() -> None:
    talk = SpokenTalk()
    assert talk.asked_in("quiero cita") == "es"
    assert talk.asked_in("ok") == "es"


def test_who_switches_is_answered_in_the_new_language_and_back() -> None:
    talk = SpokenTalk()
    assert talk.asked_in(IN_SPANISH) == "es"
    assert talk.asked_in(IN_ENGLISH) == "en"
    assert talk.asked_in("¿Cuánto cuesta una limpieza para mi hijo?") == "es"


@pytest.mark.parametrize(
    "text",
    ["ok", "gracias", "ok muchas gracias amigo", "Juan de la Cruz", "👍", "my casa", "10:30"],
)
def test_a_courtesy_a_name_or_a_borrowed_word_changes_no_language(text: str) -> None:
    talk = SpokenTalk()
    assert talk.asked_in("I would like to know how much a cleaning is") == "en"
    talk.lead(text)
    assert talk.state.language == "en"
    talk = SpokenTalk()
    assert talk.asked_in(IN_SPANISH) == "es"
    talk.lead(text)
    assert talk.state.language == "es"


@pytest.mark.parametrize(
    "text", ["", " \n ", "😀🎉", "?!...", "\x01\x1b", "\u202e\u2066\u200b\u2069", "\ufeff"]
)
def test_what_says_nothing_is_asked_about_in_the_leads_language(text: str) -> None:
    talk = SpokenTalk()
    talk.asked_in(IN_SPANISH, question="budget")
    [asked] = talk.lead(text)
    assert isinstance(asked, SendRequested)
    assert asked.text == phrasebook().say("router.empty_message", "es")
    assert (talk.state.language, talk.state.question) == ("es", "budget")


def test_others_are_told_when_the_language_changes_and_only_then() -> None:
    talk = SpokenTalk()
    for text in (IN_SPANISH, "¿Cuánto cuesta una limpieza para mi hijo?", IN_ENGLISH, "thanks"):
        talk.lead(text)
        if talk.state.turn:
            talk.answer("…")
    told = [event.language for event in talk.out if isinstance(event, LanguageChanged)]
    assert told == ["es", "en"]


def test_the_tenants_own_language_is_no_change() -> None:
    talk = SpokenTalk()
    talk.lead("I would like to know how much a cleaning is")
    assert not [event for event in talk.out if isinstance(event, LanguageChanged)]


def test_who_switches_on_a_call_is_written_to_in_that_language() -> None:
    talk = SpokenTalk()
    talk.asked_in(IN_SPANISH)
    line = {"call_id": talk.id, "number": 2, "speaker": "lead", "text": "my Spanish is not good"}
    talk.play(CallSaid.model_validate(line))
    assert talk.state.language == "es"
    [told] = talk.play(CallSaid.model_validate({**line, "switched_to": "en"}))
    assert told == LanguageChanged(language="en")
    assert talk.asked_in("ok") == "en"


def test_an_answer_to_what_somebody_is_called_changes_no_language() -> None:
    talk = SpokenTalk()
    assert talk.asked_in("I would like to know how much a cleaning is", question="name") == "en"
    talk.lead("Maria del Carmen y los Reyes de la Torre")
    assert talk.state.language == "en"


def test_a_name_changes_no_guess_either() -> None:
    talk = SpokenTalk()
    assert talk.asked_in("hi", question="name") == "en"
    talk.lead("Maria del Carmen y los Reyes de la Torre")
    assert talk.state.language == "en"


@pytest.mark.parametrize("known", [None, "en"])
def test_who_writes_the_tenants_language_is_answered_in_the_tenants_variant(
    known: str | None,
) -> None:
    state = Conversation(contact=Contact(contact_id=uuid4()), language=known)
    in_either_variant = "我想明天早上去看牙可以不可以大概多少"
    assert with_language(state, in_either_variant, "zh-Hant").language == "zh-Hant"
    assert with_language(state, in_either_variant, "en").language == "zh"


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_long_answer_leaves_in_parts_that_end_with_sentences(channel: Channel) -> None:
    talk = SpokenTalk(channel)
    talk.lead("hello there")
    sentence = "This is one of very many sentences about the opening hours. "
    sent = talk.says((sentence * 70).strip())
    assert len(sent) == 3
    assert all(units(text) <= 1600 and text.endswith(".") for text in sent)
    assert " ".join(sent) == (sentence * 70).strip()
    assert [line.text for line in talk.state.transcript if line.speaker == "agent"] == sent


def test_what_a_person_writes_is_parted_too() -> None:
    talk = SpokenTalk()
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

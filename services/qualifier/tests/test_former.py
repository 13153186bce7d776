"""A person who was met in two conversations: the one that goes on knows what the other knew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from segue_common.events import MeetingBooked, Slot
from segue_qualifier.domain.former import take_over

StartTalk = Callable[..., Any]
OTHER = UUID("00000000-0000-0000-0000-0000000000c2")
PHONE = "+12025550123"
EVERYTHING = ("I'm looking for an implant", "my budget is 2000", "I'd like to start next week")


def meet(here: Any, there: Any) -> None:
    """The lead writes here where it shows that they wrote there."""
    here.lead = take_over(here.lead, there.lead)


def test_what_was_told_there_is_not_asked_here(talk: StartTalk) -> None:
    there, here = talk("whatsapp", id=OTHER), talk("whatsapp", PHONE)
    there.says("I'm looking for an implant")
    there.says("my budget is 2000")
    here.says("Hello")
    meet(here, there)
    here.says("me again")
    assert here.lead.known >= {"need", "budget"}
    assert here.asked[-1] not in ("need", "budget")
    assert here.points()["budget"] == 25
    assert here.lead.formerly == (OTHER,)


def test_what_was_said_here_outweighs_it(talk: StartTalk) -> None:
    there, here = talk("whatsapp", id=OTHER), talk("whatsapp", PHONE)
    there.says("my budget is 2000")
    here.says("my budget is 900")
    numbered = here.lead.evidence
    meet(here, there)
    assert here.lead.value("budget")["amount"] == 900
    assert here.lead.contradicted == {"budget"}
    assert here.lead.evidence[: len(numbered)] == numbered


def test_who_was_passed_on_there_is_not_rung_again_for_the_same(talk: StartTalk) -> None:
    there, here = talk("whatsapp", PHONE, OTHER), talk("sms", PHONE)
    for text in EVERYTHING:
        there.says(text)
    assert there.qualified
    meet(here, there)
    here.says("Hello")
    assert not here.qualified
    assert here.lead.open_qualification is None
    here.says("Please call me now")
    assert [one.reason for one in here.qualified] == ["asked_to_talk"]
    assert here.qualified[0].qualification_id != there.qualified[0].qualification_id


def test_who_had_no_number_there_may_be_rung_here(talk: StartTalk) -> None:
    there, here = talk("whatsapp", id=OTHER), talk("whatsapp", PHONE)
    for text in EVERYTHING:
        there.says(text)
    meet(here, there)
    here.says("Hello")
    assert [one.reason for one in here.qualified] == ["threshold"]


def test_a_refusal_holds_until_the_thing_is_said(talk: StartTalk) -> None:
    there, here = talk("whatsapp", id=OTHER), talk("whatsapp", PHONE)
    there.question = "budget"
    there.says("I'd rather not say")
    assert there.lead.refused == {"budget"}
    meet(here, there)
    assert here.lead.refused == {"budget"}
    told = talk("whatsapp", PHONE)
    told.says("my budget is 900")
    meet(told, there)
    assert told.lead.refused == frozenset()


def test_a_meeting_there_is_one_here(talk: StartTalk, slot: Slot) -> None:
    there, here = talk("whatsapp", id=OTHER), talk("whatsapp", PHONE)
    there.happens(MeetingBooked(booking_id=OTHER, slot=slot, by="chat"))
    meet(here, there)
    assert (here.lead.stage, here.lead.booking_id) == ("meeting", OTHER)

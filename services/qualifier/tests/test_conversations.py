"""People of many kinds talk with the sales agent: what it asks, keeps, scores and offers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from segue_common.events import CallEnded, Meeting, MeetingBooked, MeetingCancelled, Slot
from segue_qualifier.agent import answer

StartTalk = Callable[..., Any]
PHONE = "+12025550123"


def text_of(answer: Any) -> str:
    return " ".join(answer.says)


def test_the_first_answer_names_the_business_and_asks_one_thing(talk: StartTalk) -> None:
    answer = talk().says("hi there")
    assert "Acme Dental" in text_of(answer)
    assert answer.question == "need"
    assert text_of(answer).count("?") == 1


def test_one_missing_thing_is_asked_at_a_time_in_order_of_worth(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("Hello")
    lead.says("I'm looking for teeth whitening")
    lead.says("in about two weeks")
    answer = lead.says("around 800 dollars")
    assert lead.asked == ["need", "timeline", "budget", "offer_next_step"]
    assert lead.points() == {"budget": 25, "authority": 0, "need": 25, "timeline": 30}
    assert "+1 202-555-0123" in text_of(answer)


@pytest.mark.parametrize(
    "turns",
    [
        ["hi", "an implant", "next week", "2000"],
        ["I'm looking for an implant", "my budget is 2000", "I'd like to start next week"],
        ["my budget is $2000", "I'm looking for an implant", "within the next week"],
        ["I want to start next week", "I need an implant", "up to $2,000"],
    ],
)
def test_facts_count_in_whatever_order_they_come(talk: StartTalk, turns: list[str]) -> None:
    lead = talk("whatsapp", PHONE)
    for turn in turns:
        lead.says(turn)
    assert lead.score.points >= 70
    assert [qualified.reason for qualified in lead.qualified] == ["threshold"]
    assert len(set(lead.asked)) == len(lead.asked), "nothing was asked twice"


def test_one_message_that_says_all_gets_the_next_step_at_once(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    answer = lead.says("I'm looking for an implant this week. My budget is 3k. I decide myself.")
    assert lead.score.points == 100
    assert answer.question == "offer_next_step"
    assert {fact.slot for fact in answer.facts} == {"need", "timeline", "budget", "authority"}
    assert "Acme Dental" in text_of(answer)


def test_every_fact_has_words_that_stand_in_its_message(talk: StartTalk) -> None:
    lead = talk()
    for text in ("I'm looking for braces", "about $900, my wife and I decide", "in 3 weeks"):
        lead.says(text)
    said = {line.message_id: line.text for line in lead.transcript}
    assert len(lead.lead.facts) >= 4
    assert all(fact.quote in said[fact.message_id] for fact in lead.lead.facts)


def test_a_correction_replaces_and_the_old_word_is_kept(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for braces, my budget is 200 dollars")
    assert lead.points()["budget"] == 0
    lead.says("sorry, I meant my budget is 2000 dollars")
    assert lead.points()["budget"] == 25
    budgets = [item for item in lead.lead.evidence if item.slot == "budget"]
    assert [(item.value["amount"], item.replaced_at is None) for item in budgets] == [
        (200.0, False),
        (2000.0, True),
    ]
    assert budgets[0].replaced_by == budgets[1].message_id


def test_saying_it_again_changes_nothing(talk: StartTalk) -> None:
    lead = talk()
    lead.says("my budget is $900")
    revision = lead.lead.revision
    answer = lead.says("as I said, my budget is $900")
    assert answer.facts == ()
    assert lead.lead.revision == revision
    assert len(lead.updates) == 1


def test_a_refusal_is_respected(talk: StartTalk) -> None:
    lead = talk()
    lead.says("I'm looking for a crown")
    lead.says("next week")
    assert lead.question == "budget"
    answer = lead.says("I'd rather not say")
    assert answer.question == "authority"
    lead.says("it's just me")
    lead.says("hm")
    assert lead.asked.count("budget") == 1


def test_a_refused_thing_told_later_counts(talk: StartTalk) -> None:
    lead = talk()
    lead.says("I'm looking for a crown")
    lead.says("next week")
    lead.says("I'd rather not say")
    lead.says("ok fine, my budget is $1500")
    assert lead.points()["budget"] == 25
    assert lead.lead.refused == frozenset()


def test_nothing_is_asked_more_than_twice_and_five_questions_are_enough(talk: StartTalk) -> None:
    lead = talk()
    for text in ("hello", "nice weather", "haha", "lol", "good one", "hmm", "ok then", "well"):
        lead.says(text)
    slots = [asked for asked in lead.asked if asked in lead.tenant.qualification.criteria]
    assert len(slots) <= 5
    assert all(slots.count(slot) <= 2 for slot in slots)
    assert "offer_booking" in lead.asked, "also a silent lead may book"
    assert lead.qualified == []


def test_small_talk_between_answers_is_no_fact(talk: StartTalk) -> None:
    lead = talk()
    lead.says("Hello! How are you?")
    assert lead.lead.facts == ()
    assert lead.question == "need"


def test_what_was_said_to_another_agent_is_known(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.mentions("my budget is $900")
    lead.says("I'm looking for veneers")
    assert lead.points()["budget"] == 25
    assert lead.question == "timeline"


def test_a_burst_is_answered_once(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    answer = lead.says(
        "hi", "I'm looking for veneers", "my budget is 2k", "I want it done this week"
    )
    assert lead.score.points >= 70
    assert answer.question == "offer_next_step"


def test_the_number_a_message_comes_from_is_never_asked_for(talk: StartTalk) -> None:
    lead = talk("whatsapp", PHONE)
    answer = lead.says("call me please")
    assert "+1 202-555-0123" in text_of(answer)
    assert "phone" not in lead.asked


def test_who_asks_for_a_call_is_passed_on_at_once_even_with_a_low_score(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    answer = lead.says("call me now please")
    [qualified] = lead.qualified
    assert (qualified.reason, qualified.consent_to_call) == ("asked_to_talk", "granted")
    assert qualified.consent_quote == "call me now please"
    assert qualified.contact.phone == PHONE
    assert answer.consent.state == "granted"
    assert answer.question is None


def test_who_asks_for_a_call_on_the_web_is_asked_for_a_number_first(talk: StartTalk) -> None:
    lead = talk("web")
    first = lead.says("can you call me?")
    assert first.question == "phone"
    assert first.consent is None, "leave to call comes with the number"
    assert lead.qualified == []
    second = lead.says("it's +1 202 555 0123")
    [qualified] = lead.qualified
    assert qualified.reason == "asked_to_talk"
    assert qualified.contact.phone == PHONE
    assert (second.consent.quote, second.contact.phone) == ("can you call me?", PHONE)


def test_a_number_that_is_no_number_is_asked_for_again_and_then_left(talk: StartTalk) -> None:
    lead = talk("web")
    lead.says("please call me")
    again = lead.says("202 555 01")
    assert "country code" in text_of(again)
    after = lead.says("202 555 02")
    assert after.question != "phone"
    assert lead.qualified == []


@pytest.mark.parametrize("yes", ["yes", "sure, call me", "Yes please!", "ok"])
def test_a_yes_to_the_offer_is_leave_to_call_in_those_words(talk: StartTalk, yes: str) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    assert lead.qualified[0].consent_to_call == "unknown"
    answer = lead.says(yes)
    assert (answer.consent.state, answer.consent.quote) == ("granted", yes)
    assert "call you on +1 202-555-0123" in text_of(answer)
    assert len(lead.qualified) == 1, "one qualification, one event"


@pytest.mark.parametrize("no", ["no", "no thanks", "nope"])
def test_a_no_is_kept_and_an_appointment_is_offered_instead(talk: StartTalk, no: str) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    answer = lead.says(no)
    assert answer.consent.state == "denied"
    assert answer.question == "offer_booking"
    assert lead.says("yes, let's do that").hand_off.to == "booking"


@pytest.mark.parametrize("hedge", ["I am busy", "yes but not now", "ok, maybe later"])
def test_half_a_yes_is_no_leave_to_call(talk: StartTalk, hedge: str) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    answer = lead.says(hedge)
    assert answer.consent is None or answer.consent.state == "denied"
    assert not any(item.consent and item.consent.state == "granted" for item in lead.answers)


def test_a_yes_to_something_else_is_no_leave_to_call(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant")
    assert lead.says("yes").consent is None


@pytest.mark.parametrize("wish", ["tomorrow at 3 works", "I'd rather pick a time", "Thursday 10am"])
def test_who_prefers_an_appointment_goes_to_booking(talk: StartTalk, wish: str) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    answer = lead.says(wish)
    assert answer.hand_off.to == "booking"
    assert answer.hand_off.service == "consult"
    assert answer.consent is None


def test_a_call_at_a_later_time_is_an_appointment_with_that_time(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    answer = lead.says("can you call me tomorrow at 3?")
    [wish] = answer.hand_off.wishes
    assert wish.start == datetime(2025, 11, 25, 20, 0, tzinfo=UTC)
    assert wish.quote == "tomorrow at 3"
    assert lead.qualified == []


def test_a_time_frame_is_no_wish_for_an_appointment(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant")
    assert lead.question == "timeline"
    assert lead.says("tomorrow").hand_off is None
    assert lead.points()["timeline"] == 30


def test_a_low_score_ends_politely_with_an_appointment(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for whitening")
    lead.says("no rush at all")
    lead.says("50 dollars")
    answer = lead.says("my boss decides")
    assert lead.score.points < 70
    assert answer.question == "offer_booking"
    assert lead.qualified == []


def test_on_the_web_the_call_is_offered_before_the_number_is_asked_for(talk: StartTalk) -> None:
    lead = talk("web")
    lead.says("I'm looking for an implant this week, my budget is 3k")
    assert lead.says("me and my husband decide").question == "offer_next_step"
    assert lead.says("yes please").question == "phone"
    answer = lead.says("+1 202 555 0123")
    assert (answer.consent.state, answer.consent.quote) == ("granted", "yes please")
    assert [item.reason for item in lead.qualified] == ["threshold"]


def test_a_goodbye_is_said_once(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    for text in ("I'm looking for whitening", "no rush at all", "50 dollars", "my boss decides"):
        lead.says(text)
    assert "whenever you need us" in text_of(lead.says("no thanks"))
    assert lead.says("bye").says == ()


def test_a_wish_to_talk_is_not_what_the_lead_needs(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("hey")
    assert lead.question == "need"
    lead.says("I want to speak to a human")
    assert lead.lead.value("need") is None


def test_a_question_before_deciding_goes_to_support(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    answer = lead.says("what does the call cost?")
    assert answer.hand_off.to == "support"
    assert answer.consent is None


def test_without_callbacks_only_an_appointment_is_offered(talk: StartTalk) -> None:
    lead = talk("sms", PHONE, callback={"enabled": False})
    answer = lead.says("I'm looking for an implant this week, my budget is 3k")
    assert answer.question == "offer_booking"
    asked = lead.says("no, please call me")
    assert asked.wants_person
    assert asked.consent is None or asked.consent.state == "granted"


def test_implied_consent_is_the_first_message_where_the_tenant_says_so(talk: StartTalk) -> None:
    lead = talk("sms", PHONE, callback={"consent": "implied"})
    first = "I'm looking for an implant this week, my budget is 3k"
    answer = lead.says(first)
    [qualified] = lead.qualified
    assert (qualified.consent_to_call, qualified.consent_quote) == ("granted", first)
    assert "call you on" in text_of(answer)


def test_outside_the_call_hours_the_call_is_promised_for_the_opening(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.now = datetime(2025, 11, 25, 3, 0, tzinfo=UTC)  # ten at night in New York
    answer = lead.says("call me now")
    assert "tomorrow at 8:00" in text_of(answer)


def test_who_wants_a_person_gets_one_and_is_not_offered_a_machine(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    answer = lead.says("I want to talk to a real person")
    assert answer.wants_person
    assert answer.question is None
    assert "call you" not in text_of(answer)
    [qualified] = lead.qualified
    assert (qualified.reason, qualified.consent_to_call) == ("asked_to_talk", "unknown")
    assert lead.says("ok").consent is None


def test_thanks_and_a_goodbye_after_an_answer_are_not_taken_for_a_need(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("Hello there")
    lead.question = None
    assert text_of(lead.says("thanks")) == "You're welcome."
    assert "whenever you need us" in text_of(lead.says("bye"))
    assert lead.lead.value("need") is None


def test_after_a_call_without_outcome_the_lead_may_ask_again(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("call me now")
    [first] = lead.qualified
    lead.says("are you calling?")
    assert len(lead.qualified) == 1
    lead.happens(
        CallEnded(
            call_id=uuid4(), qualification_id=first.qualification_id, attempt=3, outcome="no_answer"
        )
    )
    lead.says("sorry I missed you, call me again please")
    assert len(lead.qualified) == 2
    assert lead.qualified[1].qualification_id != first.qualification_id


def test_a_yes_to_another_try_does_not_wait_for_the_next_attempt(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("call me now")
    [first] = lead.qualified
    lead.happens(
        CallEnded(
            call_id=uuid4(), qualification_id=first.qualification_id, attempt=1,
            outcome="no_answer", retry_at=lead.now + timedelta(minutes=15),
        )
    )  # fmt: skip
    lead.question = "offer_next_step"  # the router asks it after a call that nobody took
    lead.says("yes please")
    assert [item.reason for item in lead.qualified] == ["asked_to_talk", "asked_to_talk"]


def test_who_has_a_meeting_is_not_pushed(talk: StartTalk, slot: Slot) -> None:
    lead = talk("sms", PHONE)
    meeting = Meeting(booking_id=uuid4(), slot=slot)
    lead.happens(MeetingBooked(booking_id=meeting.booking_id, slot=meeting.slot, by="chat"))
    lead.meeting = meeting
    answer = lead.says("I'm looking for an implant this week, my budget is 3k")
    assert "Thursday, November 27 at 10:00" in text_of(answer)
    assert lead.qualified == []
    assert lead.lead.stage == "meeting"
    assert "welcome" in text_of(lead.says("thanks a lot"))


def test_a_cancelled_meeting_leaves_the_lead_where_they_were(talk: StartTalk, slot: Slot) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for an implant this week, my budget is 3k")
    booking_id = uuid4()
    lead.happens(MeetingBooked(booking_id=booking_id, slot=slot, by="chat"))
    lead.happens(MeetingCancelled(booking_id=booking_id, slot=slot, by="chat"))
    assert lead.lead.stage == "qualified"


def test_a_business_can_ask_for_something_of_its_own(talk: StartTalk) -> None:
    criteria = {"need": {"points": 50}, "insurance_plan": {"points": 50}}
    lead = talk("sms", PHONE, qualification={"threshold": 80, "criteria": criteria})
    asked = lead.says("I'm looking for a crown")
    assert asked.question == "insurance_plan"
    assert "insurance plan" in text_of(asked)
    lead.says("Delta Dental PPO")
    assert lead.lead.value("insurance_plan") == "Delta Dental PPO"
    assert lead.score.points == 100


def test_the_answer_is_in_the_leads_language(talk: StartTalk) -> None:
    lead = talk("sms", "+34612345678")
    lead.language = "es"
    assert "¿" in text_of(lead.says("hola"))


def test_a_name_is_used_and_kept(talk: StartTalk) -> None:
    lead = talk()
    lead.says("hi")
    answer = lead.says("my name is Dana and I'm looking for braces")
    assert "Dana" in text_of(answer)
    assert answer.contact.name == "Dana"


def test_the_topic_says_what_the_lead_wants(talk: StartTalk) -> None:
    lead = talk("sms", PHONE)
    lead.says("I'm looking for a dental implant")
    lead.says("call me now")
    assert lead.qualified[0].topic == "a dental implant"


def test_a_turn_that_is_asked_again_counts_once(talk: StartTalk) -> None:
    lead = talk()
    request = lead.request("I need an implant, my budget is 900")
    lead.take(request)
    again = answer(lead.lead, request, lead.tenant, lead.now + timedelta(minutes=1))
    assert (again.state, again.events) == (lead.lead, ())
    assert max(lead.lead.asked.values()) == 1


@pytest.mark.parametrize("text", ["burst pipe now", "my tooth is killing me, help!"])
def test_an_emergency_is_asked_nothing_and_goes_to_booking_at_once(
    talk: StartTalk, text: str
) -> None:
    said = talk().says(text)
    assert (said.hand_off.to, said.question) == ("booking", None)


def test_an_emergency_where_nothing_is_booked_goes_to_a_person(talk: StartTalk) -> None:
    assert talk(services=[]).says("burst pipe now").wants_person == "an emergency"

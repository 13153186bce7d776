"""Whole conversations: what people write, what they are told, and what the calendar says then."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from segue_booking.domain.bookings import State
from segue_booking.store.reading import by_conversation
from segue_common.events import (
    HandOff,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    SlotsOffered,
    TimeWish,
    TurnCompleted,
)

NEW_YORK = ZoneInfo("America/New_York")


async def meetings(office, lead):
    """When the lead's meetings are, in New York; the office opens on Monday 1 June at noon."""
    conn = await office.connect()
    found = await by_conversation(conn, "acme", lead.conversation)
    await conn.close()
    return [
        booking.meeting.start.astimezone(NEW_YORK).strftime("%d %H:%M")
        for booking in found
        if booking.state is State.BOOKED
    ]


@pytest.mark.parametrize(
    ("messages", "when"),
    [
        (["Hi, can I book tomorrow at 3pm?"], "02 15:00"),
        (["Wednesday 11:30 would be great"], "03 11:30"),
        (["the first of july at 10am"], "01 10:00"),
        (["I'd like an appointment", "the second one"], "02 16:30"),
        (["I'd like an appointment", "the first"], "01 13:00"),
        (["I'd like an appointment", "any of those is fine"], "01 13:00"),
        (["Tuesday morning please", "10:30 works"], "02 10:30"),
        (["Tuesday morning please", "11:30"], "02 11:30"),
        (["next week?", "none of these", "thursday at 2"], "04 14:00"),
        (["I'd like to book a visit", "I can't on Tuesday, Thursday at 2 works"], "04 14:00"),
        (["I'd like to book a visit", "actually 4pm Tuesday"], "02 16:00"),
        (["I'm free tuesday or wednesday afternoon", "wednesday"], "03 16:30"),
        (["tomorrow at 3 or 4pm", "the later one"], "02 16:00"),
        (["day after tomorrow around noon?", "perfect"], "03 12:00"),
        (["at 3", "yes please"], "01 15:00"),
        (["in the morning", "2", "yes"], "02 10:00"),
        (["Saturday at 10", "monday 9am"], "08 09:00"),
        (["tomorrow at 3pm", "can we move it to Thursday", "2pm"], "04 14:00"),
        (["tomorrow at 3pm", "move it to thursday 3pm"], "04 15:00"),
        (["tomorrow at 3pm", "can we move it to 2pm?"], "02 14:00"),
        (["tomorrow at 3pm", "can we move my Tuesday visit to Thursday at 2pm?"], "04 14:00"),
        (["tomorrow at 3pm", "same time on Wednesday instead"], "03 15:00"),
        (["tomorrow at 3pm", "I can't make it tomorrow, how about thursday at 2?"], "04 14:00"),
        (["tomorrow at 3pm", "I can't make it tomorrow", "the first"], "03 09:00"),
        (["tomorrow at 3pm", "book me thursday at 10", "yes"], "04 10:00"),
        (["tomorrow at 3pm", "book me thursday at 10", "no"], "02 15:00"),
        (["tomorrow at 3pm", "reschedule please", "no, leave it"], "02 15:00"),
        (["tomorrow at 3pm", "cancel my Tuesday appointment", "no keep it"], "02 15:00"),
        (["tomorrow at 3pm", "I need to cancel", "actually move it to Thursday 2pm"], "04 14:00"),
        (["tomorrow at 3pm", "thanks!"], "02 15:00"),
        (["around 3 tomorrow", "no"], None),
        (["I'd like an appointment", "can I speak about prices first?"], None),
        (["I'd like an appointment", "can't do any of those"], None),
        (["tomorrow at 3pm", "I need to cancel my appointment", "yes"], None),
    ],
    ids=str,
)
async def test_what_people_write_ends_in_the_meeting_that_they_mean(office, messages, when):
    lead = office.lead()
    for text in messages:
        assert await lead.says(text) or lead.answer.hand_off
    assert await meetings(office, lead) == ([when] if when else [])


@pytest.mark.parametrize(
    ("text", "told", "question"),
    [
        ("book me for friday at 10", "We're closed then. The nearest free times are: Monday", None),
        ("Saturday at 10", "We're closed then. The nearest free times are: Monday", None),
        ("tomorrow at 8pm", "We're closed then.", None),
        ("today at 8am", "That time has already passed.", None),
        ("can I come yesterday at 3", "That time has already passed.", "booking_time"),
        ("today at 12:30pm", "That's too soon for us to be ready.", None),
        ("tomorrow at 3:10pm", "There's nothing free then. The nearest times are: tomorrow", None),
        ("December 14th at 10am", "I can't book that far ahead yet.", None),
        ("I'd like an appointment", "These times are free: today at 1:00 PM; tomorrow", None),
        ("around 3 tomorrow", "Shall I book this for you: tomorrow at 3:00 PM?", "confirm_booking"),
        ("cancel my appointment", "I can't find an upcoming appointment", "booking_time"),
    ],
)
async def test_what_cannot_be_had_is_said_honestly(office, text, told, question):
    lead = office.lead()
    assert (await lead.says(text)).startswith(told)
    assert lead.question == (question or "choose_slot")
    assert await meetings(office, lead) == []


async def test_a_taken_time_is_answered_with_the_nearest_free_ones(office):
    await office.lead().says("tomorrow at 3pm")
    late = office.lead()
    words = await late.says("tomorrow at 3pm please")
    assert "nothing free then" in words
    assert "tomorrow at 3:30 PM, 4:00 PM or 4:30 PM" in words
    await late.says("3:30")
    assert await meetings(office, late) == ["02 15:30"]


async def test_an_offer_that_somebody_else_took_meanwhile_is_refused_with_what_is_left(office):
    slow, quick = office.lead(), office.lead()
    await slow.says("Tuesday morning please")
    await quick.says("tomorrow at 10am")
    words = await slow.says("the second one")
    assert words.startswith(
        "I'm sorry, that time has just been taken. Still free: tomorrow at 10:30"
    )
    await slow.says("ok the first one")
    assert await meetings(office, slow) == ["02 10:30"]


async def test_a_single_slot_is_held_until_the_lead_answers(office):
    lead, other = office.lead(), office.lead()
    await lead.says("around 3 tomorrow")
    (held,) = office.of(MeetingHeld)
    assert held.expires_at == office.now + timedelta(minutes=10)
    assert "nothing free then" in await other.says("tomorrow at 3pm")
    assert "You're booked" in await lead.says("yes")
    assert [data.booking_id for data in lead.told if isinstance(data, MeetingBooked)] == [
        held.booking_id
    ]


async def test_a_no_gives_the_held_slot_back_at_once(office):
    lead, other = office.lead(), office.lead()
    await lead.says("around 3 tomorrow")
    await lead.says("no")
    assert [data.reason for data in office.of(HoldReleased)] == ["declined"]
    assert "You're booked" in await other.says("tomorrow at 3pm")


async def test_another_wish_replaces_the_held_slot(office):
    lead = office.lead()
    await lead.says("around 3 tomorrow")
    await lead.says("actually thursday at 2pm is better")
    assert [data.reason for data in office.of(HoldReleased)] == ["replaced"]
    assert await meetings(office, lead) == ["04 14:00"]


async def test_a_late_yes_still_counts_while_nobody_else_has_the_time(office):
    lead = office.lead()
    await lead.says("around 3 tomorrow")
    office.now += timedelta(hours=1)
    await lead.says("yes please, sorry for the delay")
    assert await meetings(office, lead) == ["02 15:00"]


async def test_a_hold_that_gave_way_is_told_in_its_own_conversation(office):
    slow, quick = office.lead(), office.lead()
    await slow.says("around 3 tomorrow")
    office.now += timedelta(minutes=11)
    await quick.says("tomorrow at 3pm")
    (released,) = [e for e in office.published if isinstance(e.data, HoldReleased)]
    assert (released.subject, released.data.reason) == (slow.conversation, "expired")
    assert "just been taken" in await slow.says("yes")


async def test_a_move_keeps_the_meeting_and_says_where_it_was(office):
    lead = office.lead()
    await lead.says("tomorrow at 3pm")
    await lead.says("move it to thursday 3pm")
    (booked,), (moved,) = office.of(MeetingBooked), office.of(MeetingMoved)
    assert moved.booking_id == booked.booking_id
    assert moved.previous.starts_at == booked.slot.starts_at
    assert (moved.by, booked.by) == ("chat", "chat")


async def test_a_move_to_a_taken_time_leaves_the_meeting_where_it_is(office):
    lead, other = office.lead(), office.lead()
    await lead.says("tomorrow at 3pm")
    await other.says("thursday at 3pm")
    assert "nothing free then" in await lead.says("move it to thursday 3pm")
    assert await meetings(office, lead) == ["02 15:00"]


async def test_a_cancellation_is_asked_for_once_more_and_frees_the_time(office):
    lead, other = office.lead(), office.lead()
    await lead.says("tomorrow at 3pm")
    words = await lead.says("I need to cancel my appointment")
    assert words == "Shall I cancel your appointment: tomorrow at 3:00 PM?"
    assert lead.question == "confirm_cancel"
    assert office.of(MeetingCancelled) == []
    await lead.says("yes")
    assert len(office.of(MeetingCancelled)) == 1
    await other.says("tomorrow at 3pm")
    assert await meetings(office, other) == ["02 15:00"]


async def test_a_question_about_something_else_goes_to_who_can_answer_it(office):
    lead = office.lead()
    await lead.says("I'd like an appointment")
    assert await lead.says("do you have parking?") == ""
    assert lead.answer.hand_off == HandOff(to="support", reason="asks about something else")
    await lead.says("ok, the third")
    assert await meetings(office, lead) == ["04 12:30"]


async def test_wishes_that_the_sales_agent_heard_are_kept(office):
    lead = office.lead()
    start = datetime(2026, 6, 3, 11, tzinfo=NEW_YORK)
    wish = TimeWish(
        start=start, end=start + timedelta(hours=1), grain="hour", quote="Wednesday at 11"
    )
    handed = HandOff(to="booking", reason="wants an appointment", wishes=(wish,))
    await lead.says("sounds good", handed_over=handed)
    assert await meetings(office, lead) == ["03 11:00"]


async def test_the_contact_of_the_lead_goes_into_the_booking(office):
    lead = office.lead(name="Ana Diaz", phone="+12025550123")
    await lead.says("tomorrow at 3pm")
    (booked,) = office.of(MeetingBooked)
    assert booked.contact == lead.contact
    assert booked.slot.time_zone == "America/New_York"


@pytest.fixture
def two_services(office):
    office.tenant = office.tenant.model_validate(
        office.tenant.model_dump()
        | {
            "services": [
                {"id": "consult", "name": "Consultation", "minutes": 30, "resources": ["a"]},
                {"id": "cleaning", "name": "Cleaning", "minutes": 60, "resources": ["a"]},
            ]
        }
    )
    return office


async def test_which_service_is_asked_where_it_matters(two_services):
    lead = two_services.lead()
    words = await lead.says("can I come tomorrow at 3pm?")
    assert words == "What would you like to book: Consultation or Cleaning?"
    assert lead.question == "booking_service"
    await lead.says("a cleaning please")
    (booked,) = two_services.of(MeetingBooked)
    assert booked.slot.service == "cleaning"
    assert await meetings(two_services, lead) == ["02 15:00"]


async def test_a_service_that_was_named_is_not_asked_for(two_services):
    lead = two_services.lead()
    await lead.says("how about a cleaning tomorrow at 3pm")
    assert [data.slot.service for data in two_services.of(MeetingBooked)] == ["cleaning"]


async def test_a_full_calendar_offers_a_person(office):
    office.tenant = office.tenant.model_validate(
        office.tenant.model_dump() | {"hours": {"mon-sun": "closed"}}
    )
    lead = office.lead()
    assert "nothing free in the coming days" in await lead.says("I'd like an appointment")
    await lead.says("yes")
    assert lead.answer.wants_person


@pytest.mark.parametrize(
    ("now", "text", "utc"),
    [
        # Clocks go forward on 8 March 2026, and back on 1 November.
        ("2026-03-06T12:00:00-05:00", "monday at 9am", "2026-03-09T13:00:00+00:00"),
        ("2026-03-05T12:00:00-05:00", "tomorrow at 9am", "2026-03-06T14:00:00+00:00"),
        ("2026-10-30T12:00:00-04:00", "monday at 9am", "2026-11-02T14:00:00+00:00"),
    ],
)
async def test_a_time_is_the_clock_on_the_wall_in_a_week_when_clocks_change(office, now, text, utc):
    office.now = datetime.fromisoformat(now)
    lead = office.lead()
    assert "9:00 AM" in await lead.says(text)
    (booked,) = office.of(MeetingBooked)
    assert booked.slot.starts_at == datetime.fromisoformat(utc)


async def test_several_messages_get_one_answer(office):
    lead = office.lead()
    await lead.says("hi!", "I need an appointment", "tomorrow at 3pm if possible")
    assert await meetings(office, lead) == ["02 15:00"]
    assert len(office.of(TurnCompleted)) == 1


async def test_the_same_turn_computed_twice_says_and_publishes_the_same(office, practice, connect):
    lead = office.lead()
    event = office.event(lead.turn("around 3 tomorrow"), lead.conversation, uuid4())
    conn = await connect()
    await office.handle(event)
    first, office.published = office.published, []
    for table in ("allocations", "bookings", "talks"):
        await conn.execute(f"DELETE FROM {table}".encode())
    await conn.commit()
    await office.handle(event)
    assert office.published == first
    assert {type(e.data) for e in first} == {SlotsOffered, MeetingHeld, TurnCompleted}


@pytest.mark.parametrize(
    "text", ["around 3 tomorrow", "tomorrow at 3pm", "I'd like an appointment"]
)
async def test_a_turn_that_is_asked_again_is_answered_once(office, text):
    lead = office.lead()
    request = lead.turn(text)
    first = await office.handle(office.event(request, lead.conversation))
    assert any(isinstance(data, TurnCompleted) for data in first)
    assert await office.handle(office.event(request, lead.conversation)) == []
    together = office.lead()
    request = together.turn("Thursday at 11am")
    twice = [office.event(request, together.conversation) for _ in range(2)]
    told = await office.handle(*twice)
    assert [type(data) for data in told].count(TurnCompleted) == 1


@pytest.mark.parametrize(
    ("messages", "when"),
    [
        (["tomorrow at 3pm", "make that the week after", "yes"], "09 15:00"),
        (["tomorrow at 3pm", "can we do a week later?", "yes please"], "09 15:00"),
        (["tomorrow at 3pm", "the following week at 4pm", "yes"], "09 16:00"),
        (["tomorrow at 3pm", "a day later please", "yes"], "03 15:00"),
        (["Wednesday 11:30 would be great", "make it a day earlier", "yes"], "02 11:30"),
        (["around 3 tomorrow", "make that the week after", "yes"], "09 15:00"),
        (["tomorrow at 3pm", "make that the week after", "no"], "02 15:00"),
    ],
    ids=str,
)
async def test_the_week_after_counts_from_the_meeting_or_the_offer(office, messages, when):
    lead = office.lead()
    for text in messages:
        assert await lead.says(text)
    assert await meetings(office, lead) == [when]


async def test_the_week_after_several_offers_is_the_whole_week(office):
    lead = office.lead()
    await lead.says("I'd like an appointment")
    told = await lead.says("make that the week after")
    assert told.startswith("These times are free:")
    offered = office.of(SlotsOffered)[-1].slots
    days = {slot.starts_at.astimezone(NEW_YORK).day for slot in offered}
    assert days <= {8, 9, 10, 11, 12}


@pytest.mark.parametrize(
    "text",
    ["reschedule", "can I move my appointment", "I need to move our meeting to Thursday at 2pm",
     "cancel my appointment", "please cancel", "quiero cambiar mi cita"],
)  # fmt: skip
async def test_who_changes_a_meeting_that_nobody_knows_of_is_told_so(office, two_services, text):
    for tenant in (office.tenant, two_services.tenant):
        office.tenant = tenant
        told = await office.lead().says(text)
        assert told.startswith("I can't find an upcoming appointment under this contact.")
        assert "a new one, or shall I ask a colleague" in told


async def test_a_yes_to_a_new_one_takes_the_time_that_was_named(office):
    lead = office.lead()
    await lead.says("can I move my appointment to Thursday at 2pm")
    await lead.says("yes, a new one please")
    assert await meetings(office, lead) == ["04 14:00"]


@pytest.mark.parametrize(
    "text", ["I'm in terrible pain, need to see someone today", "burst pipe now", "emergency!"]
)
async def test_an_emergency_is_offered_the_soonest_of_today_first(office, two_services, text):
    office.tenant = two_services.tenant
    lead = office.lead()
    told = await lead.says(text)
    assert told.startswith("These times are free: today at 1:00 PM")
    assert lead.answer.wants_person is None


async def test_an_emergency_after_hours_is_told_plainly_and_to_a_person(office):
    office.now = datetime.fromisoformat("2026-06-01T16:45:00-04:00")
    lead = office.lead()
    told = await lead.says("I'm in terrible pain, need to see someone today")
    assert told.startswith("I'm sorry, there's nothing free today any more. The soonest times are:")
    assert "tomorrow at 9:" in told or "tomorrow at 10:" in told
    assert lead.answer.wants_person
    assert lead.question == "choose_slot"


async def test_an_emergency_on_another_day_is_an_ordinary_wish(office):
    lead = office.lead()
    assert (await lead.says("emergency visit on Thursday")).startswith("These times are free: Thu")


@pytest.mark.parametrize(
    ("language", "wants", "picks"),
    [
        ("es", "quiero una cita", "la segunda"), ("pt", "quero marcar uma consulta", "a segunda"),
        ("fr", "je voudrais un rendez-vous", "le deuxième"),
        ("de", "ich möchte einen Termin", "den zweiten bitte"),
        ("it", "vorrei un appuntamento", "il secondo"), ("nl", "ik wil een afspraak", "de tweede"),
        ("pl", "chcę umówić wizytę", "drugi termin"),
        ("hi", "मुझे अपॉइंटमेंट चाहिए", "दूसरा वाला"), ("ar", "اريد موعد", "الثاني"),
    ],
)  # fmt: skip
async def test_leads_of_ten_languages_take_the_offer_that_they_name(office, language, wants, picks):
    lead = office.lead()
    lead.language = language
    await lead.says(wants)
    await lead.says(picks)
    [booked] = office.of(MeetingBooked)
    offered = office.of(SlotsOffered)[-1].slots
    assert booked.slot.starts_at == offered[1].starts_at

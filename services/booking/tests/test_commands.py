"""What a call asks of the calendar, and what it is told."""

from datetime import datetime, timedelta
from uuid import uuid4

from segue_booking.internal_events import HoldDue
from segue_common.events import (
    BookingRefused,
    BookingWanted,
    CancellationWanted,
    Contact,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    SlotsOffered,
    SlotsWanted,
    TimeWish,
)

TEN = datetime.fromisoformat("2026-06-02T10:00:00-04:00")
HOUR = timedelta(hours=1)


async def asks(office, command, conversation, id=None):
    (answer,) = await office.handle(office.event(command, conversation, id))
    return answer


def booking(start=TEN, **other):
    who = Contact(contact_id=uuid4(), name="Ana", phone="+12025550123")
    return BookingWanted(
        request_id=uuid4(), contact=who, **{"service": "consult", "starts_at": start, **other}
    )


async def test_slots_are_offered_for_the_wish_or_the_nearest(office):
    wish = TimeWish(start=TEN, end=TEN + HOUR, grain="hour")
    command = SlotsWanted(request_id=uuid4(), wishes=(wish,))
    offered = await asks(office, command, uuid4())
    assert isinstance(offered, SlotsOffered)
    assert (offered.request_id, offered.as_wished) == (command.request_id, True)
    assert [slot.starts_at for slot in offered.slots] == [TEN]
    await asks(office, booking(), uuid4())
    again = await asks(office, SlotsWanted(request_id=uuid4(), wishes=(wish,)), uuid4())
    assert [slot.starts_at for slot in again.slots] == [TEN + HOUR / 2]


async def test_a_booking_by_call_names_its_request_and_its_person(office):
    command = booking()
    booked = await asks(office, command, uuid4())
    assert isinstance(booked, MeetingBooked)
    assert (booked.by, booked.request_id) == ("call", command.request_id)
    assert (booked.contact, booked.slot.starts_at) == (command.contact, TEN)


async def test_who_has_a_meeting_already_has_it_moved(office):
    conversation = uuid4()
    booked = await asks(office, booking(), conversation)
    moved = await asks(office, booking(TEN + HOUR), conversation)
    assert isinstance(moved, MeetingMoved)
    assert (moved.booking_id, moved.previous.starts_at) == (booked.booking_id, TEN)


async def test_a_taken_slot_is_refused_with_alternatives(office):
    await asks(office, booking(), uuid4())
    refused = await asks(office, booking(), uuid4())
    assert isinstance(refused, BookingRefused)
    assert refused.reason == "taken"
    assert refused.alternatives[0].starts_at == TEN + HOUR / 2


async def test_what_is_not_offered_is_refused_with_its_reason(office):
    for command, reason in (
        (booking(service="massage"), "unknown_service"),
        (booking(TEN - 48 * HOUR), "too_late"),
        (booking(TEN + 8 * HOUR), "not_offered"),
        (CancellationWanted(request_id=uuid4()), "unknown_booking"),
        (SlotsWanted(request_id=uuid4(), service="massage"), "unknown_service"),
    ):
        refused = await asks(office, command, uuid4())
        assert isinstance(refused, BookingRefused)
        assert (refused.reason, refused.request_id) == (reason, command.request_id)


async def test_a_cancellation_by_call_cancels_what_was_booked_in_the_chat(office):
    lead = office.lead()
    await lead.says("tomorrow at 3pm")
    cancelled = await asks(office, CancellationWanted(request_id=uuid4()), lead.conversation)
    assert isinstance(cancelled, MeetingCancelled)
    assert (cancelled.booking_id, cancelled.by) == (lead.meeting.booking_id, "call")


async def test_the_same_request_again_gets_the_same_answer_whatever_happened_since(office):
    conversation, other = uuid4(), uuid4()
    command, refusal = booking(), booking()
    await asks(office, command, conversation)
    await asks(office, refusal, other)
    await asks(office, CancellationWanted(request_id=uuid4()), conversation)
    before, office.published = office.published, []
    await asks(office, command, conversation)
    await asks(office, refusal, other)
    assert [(e.id, e.data) for e in office.published] == [(e.id, e.data) for e in before[:2]]


async def test_a_slot_held_in_the_chat_is_booked_by_the_call(office):
    lead = office.lead()
    await lead.says("around 3 tomorrow")
    booked = await asks(office, booking(TEN + 5 * HOUR), lead.conversation)
    assert isinstance(booked, MeetingBooked)
    assert [booked.booking_id] == [held.booking_id for held in office.of(MeetingHeld)]
    assert office.of(HoldReleased) == []


async def test_a_hold_that_runs_out_is_released_once_and_only_when_it_is_due(office):
    lead = office.lead()
    await lead.says("around 3 tomorrow")
    (held,) = office.of(MeetingHeld)
    due = HoldDue(booking_id=held.booking_id)
    assert office.jobs == [("timer", f"hold {held.booking_id}")]
    assert await office.handle(office.event(due, lead.conversation)) == []
    assert len(office.jobs) == 2
    office.now = held.expires_at
    (released,) = await office.handle(office.event(due, lead.conversation))
    assert released == HoldReleased(booking_id=held.booking_id, reason="expired")
    assert await office.handle(office.event(due, lead.conversation)) == []


async def test_the_timer_of_a_confirmed_hold_does_nothing(office):
    lead = office.lead()
    await lead.says("around 3 tomorrow")
    await lead.says("yes")
    office.now += HOUR
    due = HoldDue(booking_id=lead.meeting.booking_id)
    assert await office.handle(office.event(due, lead.conversation)) == []

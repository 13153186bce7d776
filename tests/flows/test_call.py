"""Leads who are rung: by an agent that knows the chat, books, gives up, or is told to stop."""

from callers import PICKS_FIRST, WANTS_A_CALL
from segue_command import segue
from segue_common.events import (
    CallAnswered,
    CallEnded,
    CallPlaced,
    CallSaid,
    LeadQualified,
    MeetingBooked,
    OptOutChanged,
    OwnershipChanged,
    PersonWanted,
)


async def test_a_lead_who_wants_it_is_rung_at_once_and_books_on_the_call(new_lead) -> None:
    lead = new_lead(name="Marta Silva")
    await lead.picks_up(script=PICKS_FIRST)
    await lead.asks(WANTS_A_CALL)
    placed = await lead.sees(CallPlaced)
    assert placed.seconds_since_allowed is not None
    meeting = await lead.sees(MeetingBooked)
    assert meeting.by == "call"
    ended = await lead.sees(CallEnded)
    assert ended.outcome == "booked"
    said = [line.text for line in await lead.all(CallSaid) if line.speaker == "agent"]
    assert "Marta" in said[0]
    assert "automated assistant" in said[0]
    assert not [text for text in said if "budget" in text.lower()], "it knows what the chat told"
    assert len(await lead.calls()) == 1
    assert len(await lead.all(LeadQualified)) == 1


async def test_consent_given_later_rings_once(new_lead) -> None:
    lead = new_lead(name="Ben")
    await lead.picks_up(script=PICKS_FIRST)
    await lead.asks("We need a bridge, can spend $3000, it's my decision, within ten days")
    await lead.asks("yes, call me now")
    await lead.sees(CallEnded)
    assert len(await lead.calls()) == 1


async def test_a_busy_line_is_tried_again_later_and_told_in_the_chat(new_lead) -> None:
    lead = new_lead()
    await lead.picks_up(pick_up={"how": "busy"})
    await lead.asks(WANTS_A_CALL)
    ended = await lead.sees(CallEnded)
    assert ended.outcome == "busy"
    assert ended.retry_at is not None
    assert "couldn't reach you" in await lead.reads()


async def test_a_lead_who_says_stop_calling_is_left_alone_everywhere(new_lead) -> None:
    lead = new_lead()
    await lead.picks_up(script=[{"hears": ".", "does": ["stop calling me"], "once": True}])
    await lead.asks(WANTS_A_CALL)
    assert (await lead.sees(CallEnded)).outcome == "opted_out"
    assert (await lead.sees(OptOutChanged)).opted_out


async def test_a_lead_who_wants_a_person_on_the_call_is_handed_over(new_lead) -> None:
    lead = new_lead()
    await lead.picks_up(
        script=[{"hears": ".", "does": ["I'd rather talk to a real person"], "once": True}]
    )
    await lead.asks(WANTS_A_CALL)
    assert (await lead.sees(CallEnded)).outcome == "handed_over"
    await lead.sees(PersonWanted)


async def test_a_takeover_during_the_call_ends_the_agents_leave(new_lead, system) -> None:
    lead = new_lead()
    await lead.picks_up(script=[{"hears": ".", "does": [{"do": "silence", "seconds": 20}]}])
    await lead.asks(WANTS_A_CALL)
    await lead.sees(CallAnswered)
    done = segue(system, "takeover", str(await lead.conversation()), "--person", "Kim")
    assert done.returncode == 0, done.stderr
    await lead.sees(OwnershipChanged)
    assert (await lead.sees(CallEnded)).outcome in ("cancelled", "handed_over")

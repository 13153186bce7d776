"""The process on the real broker and database, with a carrier: one call, whatever happens."""

# The fixtures' classes live in conftest, which test modules can't import.
# mypy: disallow-untyped-defs=False

import asyncio
import signal

import pytest
from segue_common.events import CallAnswered, CallEnded, CallHeldBack, CallPlaced, CallSaid
from segue_local.simulator import PhonePerson, on

BOOKS = PhonePerson(
    script=(
        on("good time", "yes, go ahead"),
        on("which suits you", "the second one"),
        on("you're booked", "no, thank you"),
    )
)


async def test_a_qualified_lead_is_rung_and_books_on_the_call(lab, lead):
    lab.carrier.person(lead.phone, BOOKS)
    lab.start()
    await lab.ready()
    await lab.tell(lead, lead.qualified())
    [ended] = await lab.ended(lead)
    assert ended.outcome == "booked"
    [placed] = lab.said_of(lead, CallPlaced)
    assert placed.seconds_since_allowed is not None
    assert placed.seconds_since_allowed < 5
    assert [a.by for a in lab.said_of(lead, CallAnswered)] == ["person"]
    said = lab.said_of(lead, CallSaid)
    assert [line.number for line in said] == list(range(1, len(said) + 1))
    assert [line.speaker for line in said] == ["agent", "lead"] * 3 + ["agent"]
    assert "Dana Reyes" in said[0].text
    assert "automated assistant of Acme Dental" in said[0].text
    assert "a dental implant" in said[0].text
    assert lab.calls_to(lead) == 1
    assert lab.carrier.problems == []

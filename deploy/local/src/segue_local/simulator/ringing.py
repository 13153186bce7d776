"""From dialling to the person's answer, and what answered: a human or a machine."""

import asyncio
from dataclasses import replace

from segue_local.simulator.live_call import CallOver, CallRequest, LiveCall
from segue_local.simulator.people import (
    Answers,
    Attention,
    Busy,
    Machine,
    NoAnswer,
    PhonePerson,
    Unreachable,
    WhenTold,
)


async def ring(live: LiveCall) -> None:
    """Returns when somebody picks up; else raises CallOver with busy, no-answer or failed."""
    limit = live.request.ring_seconds
    match live.attention.person.pick_up:
        case Answers(after=after) | Machine(after=after):
            await _within(after, limit)
        case Busy(after=after):
            await _within(after, limit)
            raise CallOver("busy")
        case Unreachable(after=after):
            await _within(after, limit)
            raise CallOver("failed")
        case NoAnswer(after=patience):
            await asyncio.sleep(limit if patience is None else min(patience, limit))
            raise CallOver("no-answer")
        case WhenTold():
            await _until_told(live, limit)


async def _within(after: float, limit: float) -> None:
    await asyncio.sleep(min(after, limit))
    if after > limit:
        raise CallOver("no-answer")


async def _until_told(live: LiveCall, limit: float) -> None:
    try:
        async with asyncio.timeout(limit):
            await live.told_to_answer.wait()
    except TimeoutError:
        raise CallOver("no-answer") from None


def who_speaks(person: PhonePerson) -> Attention:
    """The person as the call hears them: a machine speaks its greeting and reacts to nothing."""
    if isinstance(person.pick_up, Machine):
        greeting = person.pick_up.greeting
        person = replace(person, hello=greeting, script=(), default=(), on_heard=None)
    return Attention(person)


def verdict(request: CallRequest, person: PhonePerson) -> str:
    """AnsweredBy, in the words of the detection mode that was asked for."""
    if not isinstance(person.pick_up, Machine):
        return "human"
    if person.pick_up.kind != "machine":
        return person.pick_up.kind
    return "machine_start" if request.detection == "Enable" else "machine_end_beep"

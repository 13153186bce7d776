"""Plays the people of a run: they write, wait for an answer or don't, and answer the phone."""

import asyncio

from segue_local.simulator import (
    Busy,
    CarrierSimulator,
    ChatLead,
    HeardNothing,
    PhonePerson,
    Reaction,
    on,
)
from segue_local.soak.plan import Person
from segue_local.soak.visitor import Visitor
from segue_local.soak.witness import Witness

ON_THE_PHONE: tuple[Reaction, ...] = (
    on("booked|goodbye", "great, bye"),
    on("good time", "yes it is"),
    on(r"\d", "the first one", once=True),
)


async def play(
    person: Person, carrier: CarrierSimulator, witness: Witness, url: str, until: float
) -> None:
    """Everything that one person does; over soon after `until`, a time of the loop's clock."""
    loop = asyncio.get_running_loop()
    if person.channel == "web":
        await Visitor(person, witness, url, until).run()
        return
    _expect_calls(person, carrier)
    lead = carrier.lead(person.number, tenant=person.tenant, channel=person.channel, name="Robin")
    for line in person.lines:
        status = await lead.say(line.text, sid=line.id)
        witness.wrote(person, line.id, line.text, status)
        await _read_answer(lead, min(line.patience, max(until - loop.time(), 0.0)))


def _expect_calls(person: Person, carrier: CarrierSimulator) -> None:
    if person.part == "busy":
        carrier.person(person.number, PhonePerson(pick_up=Busy()))
    else:
        carrier.person(person.number, PhonePerson(script=ON_THE_PHONE))


async def _read_answer(lead: ChatLead, patience: float) -> None:
    """Wait for something to come, as long as this person has patience."""
    try:
        await lead.hears(patience)
    except HeardNothing:
        return

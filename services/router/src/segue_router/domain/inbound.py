"""A message from the lead: stop and start words first, then the turn that answers it."""

from segue_common.events import MessageReceived, Utterance
from segue_dialogue.phrasing import phrasebook
from segue_dialogue.understanding import Understanding

from segue_router.domain.contacts import merged
from segue_router.domain.conversation import Address, Step
from segue_router.domain.gate import say
from segue_router.domain.language import follow
from segue_router.domain.opting import opt_in, opt_in_elsewhere, opt_out
from segue_router.domain.turns import read, start_turn


def receive(step: Step, message: MessageReceived) -> Step:
    """Hear the message and do what it asks for."""
    step = _heard(step, message)
    understood = read(step, message.text)
    if message.carrier_keyword == "stop" or understood.opt_out:
        return opt_out(step, message, confirm=message.carrier_keyword is None)
    starts = message.carrier_keyword == "start" or understood.opt_in
    if step.state.opted_out:
        return opt_in(step, message) if starts else step.refuse("", message.channel, "opted_out")
    if starts:
        step = opt_in_elsewhere(step, message)
    if message.carrier_keyword == "help":
        return step
    if step.state.owner == "person":
        return step
    if _says_nothing(message, understood):
        text = phrasebook().say("router.empty_message", step.language)
        return say(step, text, message.channel).change(answered=True)
    return start_turn(step.change(pending=(*step.state.pending, step.cause.id)))


def _heard(step: Step, message: MessageReceived) -> Step:
    state = step.state
    line = Utterance(
        message_id=step.cause.id, speaker="lead", channel=message.channel, text=message.text,
        at=step.cause.time,
    )  # fmt: skip
    address = Address(value=message.address, heard_at=step.now)
    return (
        follow(step, message.text)
        .hear(line)
        .change(
            # What the lead has told us of themself outweighs the channel's profile and number.
            contact=merged(message.contact, state.contact),
            channel=message.channel,
            addresses={**state.addresses, message.channel: address},
        )
    )


def _says_nothing(message: MessageReceived, understood: Understanding) -> bool:
    """A picture, a voice note or signs without words; a thumbs-up is a yes, not nothing."""
    return understood.affirmation is None and not any(sign.isalnum() for sign in message.text)

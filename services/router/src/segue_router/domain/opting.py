"""Opt-outs, each of which is a fence: said in the chat, on a call, or to the carrier."""

from segue_common.events import Contact, MessageReceived, OptOutChanged
from segue_common.events.shared import Channel
from segue_dialogue.phrasing import phrasebook

from segue_router.domain.conversation import Step, number_of
from segue_router.domain.gate import say
from segue_router.domain.meeting_news import tell_the_untold


def opt_out(step: Step, message: MessageReceived, *, confirm: bool) -> Step:
    """No more words and calls to this lead; one confirmation, if the carrier sent none."""
    if step.state.opted_out:
        return step
    step = _changed(step, message.channel, message.contact, message.text, opted_out=True)
    if not confirm:
        return step
    text = phrasebook().say("router.opt_out.confirmed", step.language, business=step.tenant.name)
    return step.send(text, message.channel, "agent")


def opt_in(step: Step, message: MessageReceived) -> Step:
    """The lead may be written to again; what could not be told meanwhile is told now."""
    step = _changed(step, message.channel, message.contact, message.text, opted_out=False)
    if message.carrier_keyword is None:
        text = phrasebook().say("router.opt_in.confirmed", step.language, business=step.tenant.name)
        step = say(step, text, message.channel)
    return tell_the_untold(step)


def opt_in_elsewhere(step: Step, message: MessageReceived) -> Step:
    """Nothing was stopped here, but perhaps their number was in another conversation. This is no
    fence: many write "start" to begin with, and what they asked before is to be answered."""
    return _told(step, message.channel, message.contact, message.text)


def opted_out_elsewhere(step: Step, channel: Channel) -> Step:
    """They told it to somebody else, who has answered it."""
    return _changed(step, channel, None, "", opted_out=True)


def _changed(
    step: Step, channel: Channel, contact: Contact | None, quote: str, *, opted_out: bool
) -> Step:
    step = step.fence().change(opted_out=opted_out)
    if opted_out:
        step = step.change(question=None)
    return _told(step, channel, contact, quote)


def _told(step: Step, channel: Channel, contact: Contact | None, quote: str) -> Step:
    return step.emit(
        OptOutChanged(
            opted_out=step.state.opted_out, channel=channel, quote=quote,
            phone=number_of(step.state, contact), epoch=step.state.epoch,
        )
    )  # fmt: skip

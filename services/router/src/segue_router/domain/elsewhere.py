"""What happens outside the chat: calls and the carrier's reports."""

from segue_common.events import (
    CallEnded,
    CallHeldBack,
    CallPlaced,
    CallSaid,
    DeliveryUpdated,
    PersonWanted,
    Utterance,
)
from segue_dialogue.phrasing import phrasebook

from segue_router.domain.conversation import Step
from segue_router.domain.gate import say
from segue_router.domain.language import follow_call
from segue_router.domain.opting import opted_out_elsewhere

# The carrier tells that the lead has unsubscribed: Twilio's and Meta's codes.
UNSUBSCRIBED = frozenset({"21610", "131050"})
# Refusals of a call that the lead was promised and can't know of: the number was silenced in
# another conversation, or the call is so late that it would come as a surprise.
NOT_COMING = frozenset({"opted_out", "wish_too_old"})


def call_held_back(step: Step, held: CallHeldBack) -> Step:
    """A lead who expects a call that won't come is told so; an opt-out of theirs in this very
    conversation is no news to them."""
    if held.reason not in NOT_COMING or step.state.opted_out or not _expects_call(step):
        return step
    return _tell(step, "router.call.failed")


def call_placed(step: Step, call: CallPlaced) -> Step:
    return step.change(on_call=call.call_id)


def call_said(step: Step, said: CallSaid) -> Step:
    """What is said on the call belongs to the transcript that every agent reads, and the language
    that it goes on in is the conversation's."""
    line = Utterance(
        message_id=step.cause.id, speaker=said.speaker, channel="voice",
        text=said.heard or said.text, at=step.cause.time,
    )  # fmt: skip
    return follow_call(step.hear(line), said)


def call_ended(step: Step, call: CallEnded) -> Step:
    """Tell the lead in the chat what they can't know or should be able to answer."""
    step = step.change(on_call=None)
    if call.outcome == "opted_out":
        return opted_out_elsewhere(step, "voice")
    if call.outcome == "handed_over":
        return step.emit(PersonWanted(reason="asked for on the call", epoch=step.state.epoch))
    if call.outcome in ("no_answer", "busy") and call.attempt == 1:
        return _tell(step, "router.call.no_answer").change(question="offer_next_step")
    if call.outcome == "failed" and call.retry_at is None and _expects_call(step):
        return _tell(step, "router.call.failed")
    return step


def _expects_call(step: Step) -> bool:
    """Who has agreed to a call was promised one; anybody else learns of none that didn't come."""
    return step.state.consent_to_call == "granted"


def tells_opt_out(report: DeliveryUpdated) -> bool:
    """Whether the carrier knows that the lead unsubscribed."""
    return report.error in UNSUBSCRIBED


def delivered(step: Step, report: DeliveryUpdated) -> Step:
    """A carrier that refuses because the lead unsubscribed there has told us an opt-out."""
    if tells_opt_out(report) and not step.state.opted_out:
        return opted_out_elsewhere(step, report.channel)
    return step


def _tell(step: Step, key: str) -> Step:
    """Say something in the chat, if there is one."""
    channel = step.state.channel
    if channel is None or channel not in step.state.addresses:
        return step
    return say(step, phrasebook().say(key, step.language), channel)

"""What a conversation takes over from others that turn out to have been the same person's."""

from collections.abc import Mapping
from uuid import UUID

from segue_common.events import MessageReceived

from segue_router.domain.contacts import merged
from segue_router.domain.conversation import WINDOW, Conversation, Step
from segue_router.domain.opting import opted_out_elsewhere


def take_over(step: Step, message: MessageReceived, former: Mapping[UUID, Conversation]) -> Step:
    """Once each: what was said in them, who said it, and a STOP, which holds here as it did there.

    What this conversation knows itself outweighs what it takes over.
    """
    for other in message.formerly:
        if other in former and other not in step.state.formerly:
            step = _take_over(step, message, other, former[other])
    return step


def _take_over(step: Step, message: MessageReceived, other: UUID, was: Conversation) -> Step:
    state = step.state
    said = sorted((*was.transcript, *state.transcript), key=lambda line: line.at)
    step = step.change(
        formerly=(*state.formerly, other),
        contact=merged(was.contact, state.contact),
        transcript=tuple(said[-WINDOW:]),
        language=state.language or was.language,
        addresses={**was.addresses, **state.addresses},
    )
    if was.opted_out and not state.opted_out:
        return opted_out_elsewhere(step, message.channel)
    return step

"""Operators' commands: takeover and release are fences, and a person's words pass the gate."""

from segue_common.events import OwnershipChanged, PersonSaid, ReleaseRequested, TakeoverRequested

from segue_router.domain.conversation import Step
from segue_router.domain.gate import say
from segue_router.domain.meeting_news import tell_the_untold


def take_over(step: Step, command: TakeoverRequested | PersonSaid) -> Step:
    """A person owns the conversation from here on; every agent is silent."""
    if step.state.owner == "person" and step.state.person == command.person:
        return step
    step = step.fence().change(owner="person", person=command.person)
    return step.emit(
        OwnershipChanged(owner="person", person=command.person, epoch=step.state.epoch)
    )


def release(step: Step, _: ReleaseRequested) -> Step:
    """The agents have the conversation again, from the next message on; what changed meanwhile
    in the calendar is told now."""
    if step.state.owner == "agent":
        return step
    step = step.fence().change(owner="agent", person=None, question=None)
    step = step.emit(OwnershipChanged(owner="agent", epoch=step.state.epoch))
    return tell_the_untold(step)


def person_said(step: Step, command: PersonSaid) -> Step:
    """A person writes to the lead, which takes the conversation over if nobody has it."""
    step = take_over(step, command)
    return say(step, command.text, step.state.channel or "web", "person")

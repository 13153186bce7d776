"""Turns: one at a time, asked of one agent after the other, joined into one answer."""

from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from segue_common.events import (
    BookingTurnRequested,
    ConsentChanged,
    ConsentHeard,
    EventData,
    HandOff,
    PersonWanted,
    SalesTurnRequested,
    SupportTurnRequested,
    TurnCompleted,
    TurnRequest,
)
from segue_common.events.outbound import RefusalReason
from segue_common.events.shared import AgentName, ConsentState
from segue_dialogue.phrasing import phrasebook
from segue_dialogue.understanding import Context, Understanding, understand

from segue_router.domain.contacts import merged
from segue_router.domain.conversation import Step, Turn, turn_id
from segue_router.domain.gate import say
from segue_router.domain.meeting_news import answer_was_void
from segue_router.domain.selection import choose_agent, fits, read_together

REQUESTS: dict[AgentName, type[TurnRequest]] = {
    "sales": SalesTurnRequested,
    "booking": BookingTurnRequested,
    "support": SupportTurnRequested,
}
MAX_HAND_OFFS = 2
# An unanswered turn: the lead is told, it is asked again, and at last a person is wanted.
PATIENCE = (timedelta(seconds=15), timedelta(seconds=60), timedelta(seconds=180))


class TurnOverdue(EventData, type="segue.internal.router.turn_overdue.v1"):
    """Timer: this turn has had no answer for a while."""

    turn_id: UUID


def read(step: Step, text: str) -> Understanding:
    """What one message means, in the light of what was asked last."""
    state = step.state
    context = Context(
        language=state.language,
        question=state.question,
        has_booking=state.meeting is not None,
        vertical=step.tenant.vertical,
        region=step.tenant.region,
        currency=step.tenant.currency,
    )
    return _understood(text, context, step.now.astimezone(step.tenant.zone))


# A message is read when it is heard and again when its turn starts, which mostly is at once.
@lru_cache(maxsize=128)
def _understood(text: str, context: Context, now: datetime) -> Understanding:
    return understand(text, context=context, now=now)


def start_turn(step: Step) -> Step:
    """Ask an agent about everything that waits, unless a turn is under way already."""
    state = step.state
    if state.turn is not None or not state.pending or state.channel is None:
        return step
    waiting = set(state.pending)
    understood = [read(step, line.text) for line in state.transcript if line.message_id in waiting]
    if not understood:
        return step.change(pending=())
    reading = read_together(understood)
    agent = choose_agent(reading, state.question, state.agent, fits(state.question, understood))
    turn = Turn(
        turn_id=turn_id(step.cause.id, 0),
        agent=agent,
        epoch=state.epoch,
        channel=state.channel,
        messages=state.pending,
        reading=reading,
        question=state.question,
    )
    return ask(step.change(pending=()), turn)


def ask(step: Step, turn: Turn) -> Step:
    """Send the turn to its agent with everything needed to answer it."""
    state = step.state
    request = REQUESTS[turn.agent](
        turn_id=turn.turn_id,
        agent=turn.agent,
        epoch=turn.epoch,
        channel=turn.channel,
        language=step.language,
        contact=state.contact,
        consent_to_call=state.consent_to_call,
        transcript=state.transcript,
        new=turn.messages,
        question=turn.question,
        reading=turn.reading,
        first_contact=not state.answered,
        meeting=state.meeting,
        handed_over=turn.handed_over,
        said=turn.said,
        formerly=state.formerly,
    )
    turn = turn.model_copy(update={"asked_at": turn.asked_at or step.now})
    return _wait_for(step.change(agent=turn.agent).emit(request), turn)


def complete(step: Step, answer: TurnCompleted) -> Step:
    """Take an agent's answer: pass the turn on, or say the words, if they are still wanted."""
    turn = step.state.turn
    if turn is None or turn.turn_id != answer.turn_id or turn.epoch != step.state.epoch:
        return _void(step, answer)
    step = step.change(contact=merged(step.state.contact, answer.contact))
    said = (*turn.said, *(text for text in answer.says if text.strip()))
    if answer.wants_person:
        step = step.emit(PersonWanted(reason=answer.wants_person, epoch=step.state.epoch))
    if answer.hand_off and turn.hand_offs < MAX_HAND_OFFS:
        step = _pass_on(_with_consent(step, answer.consent), turn, answer.hand_off, said)
    else:
        step = _finish(step, turn, answer, said)
    return step


def _pass_on(step: Step, turn: Turn, hand_off: HandOff, said: tuple[str, ...]) -> Step:
    return ask(
        step,
        turn.model_copy(
            update={
                "turn_id": turn_id(turn.turn_id, turn.hand_offs + 1),
                "agent": hand_off.to,
                "epoch": step.state.epoch,
                "handed_over": hand_off,
                "hand_offs": turn.hand_offs + 1,
                "said": said,
                "reminders": 0,
                "asked_at": None,
            }
        ),
    )


def _finish(step: Step, turn: Turn, answer: TurnCompleted, said: tuple[str, ...]) -> Step:
    # An agent that asks nothing (support) leaves the open question standing.
    question = answer.question or (turn.question if answer.agent == "support" else None)
    step = step.change(turn=None, question=question).stop_waiting()
    if said:
        step = say(step, "\n\n".join(said), turn.channel, turn=turn).change(answered=True)
    return start_turn(_with_consent(step, answer.consent))


def _with_consent(step: Step, heard: ConsentHeard | None) -> Step:
    """Record what the lead said about being phoned; a refusal voids what is under way, and a
    consent is told again where it is for another number."""
    state = step.state
    phone = state.contact.phone
    if heard is None or _is_known(heard, state.consent_to_call, phone == state.consent_phone):
        return step
    epoch = state.epoch + (heard.state == "denied")
    changed = ConsentChanged(
        state=heard.state, phone=phone, quote=heard.quote, message_id=heard.message_id,
        epoch=epoch,
    )  # fmt: skip
    return step.change(consent_to_call=heard.state, consent_phone=phone, epoch=epoch).emit(changed)


def _is_known(heard: ConsentHeard, known: ConsentState, same_phone: bool) -> bool:
    return heard.state == known and (heard.state == "denied" or same_phone)


def _void(step: Step, answer: TurnCompleted) -> Step:
    """An answer that nobody waits for any more: on the record, never sent. A refusal to be
    phoned counts all the same."""
    state = step.state
    reason: RefusalReason = "stale_turn"
    if answer.epoch != state.epoch:
        reason = "opted_out" if state.opted_out else "stale_epoch"
        if state.owner == "person":
            reason = "person_has_it"
    text = "\n\n".join(answer.says)
    step = step.refuse(text, state.channel or "web", reason, answer.turn_id)
    step = answer_was_void(step, step.cause.causationid)
    if answer.consent is None or answer.consent.state == "granted":
        return step
    return _restamped(_with_consent(step, answer.consent))


def _restamped(step: Step) -> Step:
    """The turn under way, if there is one, goes on in the present epoch."""
    turn = step.state.turn
    if turn is None:
        return step
    return step.change(turn=turn.model_copy(update={"epoch": step.state.epoch}))


def overdue(step: Step, timer_data: TurnOverdue) -> Step:
    """An agent has not answered in time. It is asked again for the same turn, since whichever
    answer comes first is the one that has heard everything: after it the lead's words are read."""
    turn = step.state.turn
    if turn is None or turn.turn_id != timer_data.turn_id:
        return step
    later = turn.model_copy(update={"reminders": turn.reminders + 1})
    if later.reminders == 1:
        step = say(step, phrasebook().say("router.fallback", step.language), turn.channel)
        return _wait_for(step, later)
    if later.reminders < len(PATIENCE):
        return ask(step, later)
    gave_up = PersonWanted(reason="an agent did not answer", epoch=step.state.epoch)
    return start_turn(step.change(turn=None).emit(gave_up))


def _wait_for(step: Step, turn: Turn) -> Step:
    due_at = step.now + PATIENCE[turn.reminders]
    return step.change(turn=turn).wait(due_at, TurnOverdue(turn_id=turn.turn_id))

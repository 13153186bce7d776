"""The agent's one function: what it says and does about whatever reaches it."""

from datetime import datetime

from segue_common.events.calls import CallOutcome, CallRefusal
from segue_dialogue.understanding import asked_for

from segue_voice_bridge.domain.agent import calendar
from segue_voice_bridge.domain.agent.answers import answer
from segue_voice_bridge.domain.agent.asides import aside
from segue_voice_bridge.domain.agent.ears import listen
from segue_voice_bridge.domain.agent.inputs import (
    Booked,
    Connected,
    Heard,
    Input,
    Interrupted,
    LeaveEnded,
    Machine,
    NoAnswerCame,
    Pressed,
    Quiet,
    Refused,
    SlotsCame,
    StillWaiting,
    Turn,
)
from segue_voice_bridge.domain.agent.language import switched
from segue_voice_bridge.domain.agent.meant import as_meant
from segue_voice_bridge.domain.agent.session import Line, Session
from segue_voice_bridge.domain.agent.steps import ask_again, goodbye, patience
from segue_voice_bridge.domain.agent.words import question_again, say

_LAST_WORDS: dict[CallRefusal, str] = {
    "person_has_it": "voice.taken_over",
    "opted_out": "voice.opt_out",
    "no_consent": "voice.declined",
}


def hear(session: Session, event: Input, now: datetime) -> Turn:
    """Take one input. A session that has ended says nothing more, and news that it has had
    already leaves it as it is."""
    if session.ended:
        return Turn(session)
    turn = _hear(session, event, now)
    if turn == Turn(session):
        return turn
    after = turn.session.model_copy(update={"turn": session.turn + 1, "ended": turn.ends})
    if turn.says:
        after = after.with_line(Line(speaker="agent", text=turn.says))
    return Turn(after, turn.says, turn.commands, turn.ends)


def _hear(session: Session, event: Input, now: datetime) -> Turn:
    match event:
        case Connected():
            return _connected(session, event.greeting)
        case Heard():
            return _heard(session, event, now)
        case Pressed():
            return _pressed(session, event.digit, now)
        case Interrupted():
            return Turn(session.cut_at(event.heard))
        case Quiet():
            return _quiet(session)
        case Machine():
            return _machine(session)
        case LeaveEnded():
            return _leave_ended(session, event.reason)
        case StillWaiting():
            return calendar.still_waiting(session)
        case NoAnswerCame():
            return calendar.no_answer(session)
        case SlotsCame():
            return calendar.slots_came(session, event, now)
        case Booked():
            return calendar.booked(session, event, now)
        case Refused():
            return calendar.refused(session, event, now)


def _connected(session: Session, greeting: str) -> Turn:
    """The carrier plays the greeting itself; the agent only remembers having said it."""
    line = Line(speaker="agent", text=greeting)
    return Turn(session.model_copy(update={"connected": True}).with_line(line))


def _heard(session: Session, event: Heard, now: datetime) -> Turn:
    text = event.text
    session = session.model_copy(update={"silences": 0})
    session = session.with_line(Line(speaker="lead", text=text))
    before, session = session, switched(session, text)
    if session.language != before.language and asked_for(text):
        return patience(session, question_again(session, now))
    meaning = listen(session, text, now)
    if turn := aside(session, meaning, now):
        return turn
    turn = answer(session, meaning, now)
    if turn is None and session.language != before.language:
        turn = patience(session, question_again(session, now))
    if turn is None:
        return as_meant(session, event.meant, now) or ask_again(session, now)
    return Turn(turn.session.model_copy(update={"misses": 0}), turn.says, turn.commands, turn.ends)


def _pressed(session: Session, digit: str, now: datetime) -> Turn:
    """0 asks for a person; 1 is yes, and a digit picks the offer in that place."""
    session = session.model_copy(update={"silences": 0})
    if digit == "0":
        return goodbye(session, "voice.human", "handed_over")
    place = int(digit) - 1 if digit.isdigit() else -1
    if session.question == "choose_slot" and 0 <= place < len(session.offered):
        return calendar.book(session, session.offered[place])
    if digit == "1":
        if session.question == "confirm_slot" and session.chosen:
            return calendar.book(session, session.chosen)
        if session.question == "good_time":
            return calendar.offer(session, now)
    return patience(session, question_again(session, now))


def _quiet(session: Session) -> Turn:
    if session.silences:
        return goodbye(session, "voice.goodbye", _outcome_of_quiet(session), "silence")
    quiet = session.model_copy(update={"silences": 1})
    return Turn(quiet, say(session, "voice.still_there"))


def _outcome_of_quiet(session: Session) -> CallOutcome:
    return "booked" if session.booked else "hung_up"


def _machine(session: Session) -> Turn:
    if session.direction == "in" or session.booked:
        return Turn(session)
    return goodbye(session, "voice.voicemail", "voicemail")


def _leave_ended(session: Session, reason: CallRefusal) -> Turn:
    outcome: CallOutcome = "booked" if session.booked else "cancelled"
    return goodbye(session, _LAST_WORDS.get(reason, "voice.goodbye"), outcome, reason)

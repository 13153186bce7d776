"""Steps that every part of the talk takes: ask again, end politely."""

from datetime import datetime

from segue_common.events.calls import CallOutcome

from segue_voice_bridge.domain.agent.inputs import Turn
from segue_voice_bridge.domain.agent.session import Question, Session
from segue_voice_bridge.domain.agent.words import question_again, say

# Twice in a row is where asking again becomes a nuisance.
MOST_MISSES = 2


def asking(session: Session, question: Question, **changes: object) -> Session:
    """The session with a new pending question."""
    return session.model_copy(update={"question": question, **changes})


def goodbye(session: Session, key: str, outcome: CallOutcome, detail: str = "") -> Turn:
    """Say the phrase and end the call."""
    over = session.model_copy(update={"outcome": outcome, "detail": detail, "waiting": None})
    return Turn(over, say(session, key), ends=True)


def ask_again(session: Session, now: datetime) -> Turn:
    """The words weren't understood: ask once more, and then let the person go."""
    missed = session.model_copy(update={"misses": session.misses + 1})
    if missed.misses < MOST_MISSES:
        return Turn(missed, f"{say(session, 'voice.not_understood')}")
    outcome: CallOutcome = "booked" if session.booked else "hung_up"
    return goodbye(missed, "voice.lost", outcome, "not understood")


def patience(session: Session, words: str) -> Turn:
    """Say something that leaves the pending question as it is."""
    return Turn(session, words)


def back_to_question(session: Session, words: str, now: datetime) -> Turn:
    """Answer what the person asked, and return to the pending question."""
    return Turn(session, f"{words} {question_again(session, now)}")

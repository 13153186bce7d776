"""What a person may say at any moment of a call, whatever was asked."""

from datetime import datetime

from segue_voice_bridge.domain.agent.ears import Meaning
from segue_voice_bridge.domain.agent.inputs import Turn
from segue_voice_bridge.domain.agent.session import Session
from segue_voice_bridge.domain.agent.steps import back_to_question, goodbye, patience
from segue_voice_bridge.domain.agent.words import say

# An answering machine speaks first; a person who mentions voicemail later is no machine.
_MACHINE_SPEAKS_WITHIN = 3


def aside(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    """The answer to something that goes before any question; None if it is none of that."""
    return (
        _endings(session, meaning) or _questions(session, meaning, now) or _hold(session, meaning)
    )


def _endings(session: Session, meaning: Meaning) -> Turn | None:
    early = session.direction == "out" and session.turn < _MACHINE_SPEAKS_WITHIN
    if early and meaning.means("voicemail"):
        return goodbye(session, "voice.voicemail", "voicemail")
    if meaning.opts_out:
        return goodbye(session, "voice.opt_out", "opted_out")
    if session.booked is None and meaning.means("wrong_person"):
        return goodbye(session, "voice.wrong_person", "declined", "wrong person")
    if meaning.understood.wants_human and not meaning.means("robot"):
        return goodbye(session, "voice.human", "handed_over")
    if session.booked is None and meaning.means("not_interested"):
        return goodbye(session, "voice.declined", "declined")
    return None


def _questions(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    if meaning.means("why_number"):
        return back_to_question(session, say(session, "voice.why_number"), now)
    if meaning.means("robot") or meaning.means("who"):
        return back_to_question(session, say(session, "voice.who_are_you"), now)
    if meaning.means("repeat") and session.last_words:
        return patience(session, say(session, "voice.repeat", text=session.last_words))
    return None


def _hold(session: Session, meaning: Meaning) -> Turn | None:
    """Somebody who asks for a moment gets it."""
    if meaning.means("hold") and not meaning.understood.times:
        return Turn(session)
    return None

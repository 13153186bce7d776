"""Words that weren't understood, as a language model reads them: it may guess, but not commit.

The guess is understood as if the person had said it, and moves the talk on. It books nothing, ends
nothing and names nobody: where it would book, the person is asked, and their own yes books.
"""

from datetime import datetime

from segue_common.events import BookingWanted

from segue_voice_bridge.domain.agent.answers import answer
from segue_voice_bridge.domain.agent.ears import listen
from segue_voice_bridge.domain.agent.inputs import Turn
from segue_voice_bridge.domain.agent.session import Session
from segue_voice_bridge.domain.agent.steps import asking
from segue_voice_bridge.domain.agent.words import say, slot_text

# A clear answer is short; what is longer adds something.
LONGEST = 80


def as_meant(session: Session, meant: str | None, now: datetime) -> Turn | None:
    """The turn that the guess leads to, or None where there is none that it may lead to."""
    if meant is None or not meant.strip() or len(meant) > LONGEST or session.waiting is not None:
        return None
    turn = answer(session, listen(session, meant, now), now)
    if turn is None or turn.ends or turn.session.language != session.language:
        return None
    for command in turn.commands:
        if isinstance(command, BookingWanted):
            return _ask_first(session, command, now)
    after = turn.session.model_copy(update={"contact": session.contact, "misses": session.misses})
    return Turn(after, turn.says, turn.commands)


def _ask_first(session: Session, wanted: BookingWanted, now: datetime) -> Turn | None:
    slots = (*session.offered, *([session.chosen] if session.chosen else ()))
    chosen = next((slot for slot in slots if slot.starts_at == wanted.starts_at), None)
    if chosen is None:
        return None
    words = say(session, "voice.confirm_slot", slot=slot_text(session, chosen.starts_at, now))
    return Turn(asking(session, "confirm_slot", chosen=chosen), words)

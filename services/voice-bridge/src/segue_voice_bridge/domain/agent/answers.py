"""Answers to the pending question: which step of the talk comes next."""

from datetime import datetime

from segue_common.events.calls import CallOutcome

from segue_voice_bridge.domain.agent import calendar
from segue_voice_bridge.domain.agent.choosing import Picked, Several, Wished, choose, wishes_of
from segue_voice_bridge.domain.agent.ears import Meaning
from segue_voice_bridge.domain.agent.inputs import Turn
from segue_voice_bridge.domain.agent.session import Session
from segue_voice_bridge.domain.agent.steps import asking, goodbye, patience
from segue_voice_bridge.domain.agent.words import question_again, say, slot_text, slots_text


def answer(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    """What follows from an answer; None where it isn't understood."""
    session = _with_contact(session, meaning)
    if session.waiting is not None:
        return calendar.still_waiting(session)
    match session.question:
        case "good_time":
            return _good_time(session, meaning, now)
        case "choose_slot":
            return _choose_slot(session, meaning, now)
        case "confirm_slot":
            return _confirm_slot(session, meaning, now)
        case "better_time" | "call_back_time":
            return _better_time(session, meaning, now)
        case "anything_else":
            return _anything_else(session, meaning, now)
        case "which_time" | "how_can_i_help":
            return _which_time(session, meaning, now)


def _good_time(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    if meaning.means("not_now") or meaning.means("chat"):
        return _bad_time(session, meaning, now)
    if meaning.understood.times:
        return calendar.look_for(session, wishes_of(meaning))
    if meaning.no:
        return _bad_time(session, meaning, now)
    if meaning.yes or meaning.understood.intent in ("book", "sales"):
        return calendar.offer(session, now)
    if meaning.understood.greeting:
        return patience(session, question_again(session, now))
    return None


def _bad_time(session: Session, meaning: Meaning, now: datetime) -> Turn:
    asked = asking(session, "better_time")
    if turn := _call_back(asked, meaning, now):
        return turn
    if meaning.means("chat"):
        return goodbye(session, "voice.declined", "declined", "rather in the chat")
    return Turn(asked, say(session, "voice.bad_time"))


def _better_time(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    if meaning.means("chat"):
        return goodbye(session, "voice.declined", "declined", "rather in the chat")
    if turn := _call_back(session, meaning, now):
        return turn
    if meaning.no or meaning.means("bye"):
        return goodbye(session, "voice.declined", "declined")
    if meaning.yes or meaning.understood.wants_call or meaning.means("not_now"):
        if not session.may_call_back:
            return goodbye(session, "voice.declined", "declined", "bad time")
        return Turn(asking(session, "call_back_time"), say(session, "voice.ask_time"))
    return None


def _call_back(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    """A time to ring again, where the person named one and an attempt is left."""
    later = [time for time in meaning.understood.times if time.end > now]
    if not later or not session.may_call_back:
        return None
    at = max(later[0].start, now)
    session = session.model_copy(
        update={"call_back_at": at, "outcome": "declined", "detail": "asked to be called back"}
    )
    words = say(session, "voice.call_back", slot=slot_text(session, at, now, session.lead_zone))
    return Turn(session, words, ends=True)


def _choose_slot(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    match choose(meaning, session.offered):
        case Picked(slot):
            return calendar.book(session, slot)
        case Several(slots):
            fewer = session.model_copy(update={"offered": slots})
            return Turn(
                fewer, say(session, "voice.which_slot", slots=slots_text(session, slots, now))
            )
        case Wished(wishes):
            return calendar.look_for(session, wishes)
    if meaning.means("not_now"):
        return _bad_time(session, meaning, now)
    if meaning.no or meaning.means("none"):
        return calendar.ask_time(session)
    if meaning.yes and session.offered:
        if len(session.offered) == 1:
            return calendar.book(session, session.offered[0])
        return Turn(
            session,
            say(session, "voice.which_slot", slots=slots_text(session, session.offered, now)),
        )
    return None


def _confirm_slot(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    chosen = session.chosen
    if chosen is None:
        return calendar.ask_time(session)
    match choose(meaning, (chosen,)):
        case Picked(slot) if not meaning.no:
            return calendar.book(session, slot)
        case Wished(wishes):
            return calendar.look_for(session, wishes)
    if meaning.yes:
        return calendar.book(session, chosen)
    return calendar.ask_time(session) if meaning.no else None


def _which_time(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    if meaning.understood.times:
        return calendar.look_for(session, wishes_of(meaning))
    if meaning.means("not_now"):
        return _bad_time(session, meaning, now)
    if meaning.means("any") or meaning.yes or meaning.understood.intent == "book":
        return calendar.offer(session, now)
    if meaning.no or meaning.means("bye"):
        return goodbye(session, "voice.declined", "declined")
    if session.question == "how_can_i_help":
        return _question_for_others(session, meaning)
    return None


def _anything_else(session: Session, meaning: Meaning, now: datetime) -> Turn | None:
    outcome: CallOutcome = "booked" if session.booked else "declined"
    if meaning.understood.times:
        return calendar.look_for(session, wishes_of(meaning))
    if meaning.no or meaning.means("bye") or meaning.understood.thanks:
        return goodbye(session, "voice.goodbye", outcome)
    if meaning.yes and len(meaning.plain.split()) <= 2:
        return Turn(session, say(session, "voice.listening"))
    return _question_for_others(session, meaning)


def _question_for_others(session: Session, meaning: Meaning) -> Turn | None:
    """A question that this agent has no answer to goes to a colleague, and is said to."""
    if meaning.understood.intent not in ("support", "sales") and "?" not in meaning.text:
        return None
    asked = asking(session, "anything_else")
    words = f"{say(session, 'voice.unknown')} {say(session, 'voice.anything_else')}"
    return Turn(asked, words)


def _with_contact(session: Session, meaning: Meaning) -> Session:
    """The lead's name or address, where they said it on the call."""
    if session.contact is None:
        return session
    heard = {
        fact.slot: fact.value
        for fact in meaning.understood.facts
        if fact.slot in ("name", "email") and isinstance(fact.value, str)
    }
    if not heard:
        return session
    return session.model_copy(update={"contact": session.contact.model_copy(update=heard)})

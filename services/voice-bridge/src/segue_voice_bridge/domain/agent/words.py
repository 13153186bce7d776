"""The agent's sentences, from the phrasebook, in the language of the session."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from segue_common.events import Slot
from segue_dialogue.phrasing import format_slot, format_slots, join_and, phrasebook

from segue_voice_bridge.domain.agent.session import Question, Session

# What is asked again when the answer wasn't understood or the person asked something else.
_ASKED_AGAIN: dict[Question, str] = {
    "good_time": "voice.good_time",
    "which_time": "voice.ask_time",
    "better_time": "voice.bad_time",
    "call_back_time": "voice.ask_time",
    "how_can_i_help": "voice.ask_time",
}


def say(session: Session, key: str, **values: object) -> str:
    """One phrase; `business` is always at hand."""
    return phrasebook().say(key, session.language, business=session.business, **values)


def greeting(language: str, business: str, name: str | None, topic: str) -> str:
    """The first words of a call that we make."""
    key = {
        (True, True): "voice.greeting",
        (False, True): "voice.greeting.no_name",
        (True, False): "voice.greeting.no_topic",
        (False, False): "voice.greeting.plain",
    }[bool(name), bool(topic)]
    return phrasebook().say(key, language, business=business, name=name, topic=topic)


def slot_text(session: Session, start: datetime, now: datetime, zone: str | None = None) -> str:
    """A time as it is said: on the business' clock unless another zone is given."""
    clock = ZoneInfo(zone or session.zone)
    return format_slot(
        start.astimezone(clock), session.language, today=now.astimezone(clock).date()
    )


def slots_text(session: Session, slots: Sequence[Slot], now: datetime) -> str:
    clock = ZoneInfo(session.zone)
    starts = [slot.starts_at.astimezone(clock) for slot in slots]
    return format_slots(starts, session.language, today=now.astimezone(clock).date())


def what_is_known(session: Session) -> str:
    """The lead's own facts, said back instead of asked again; empty where there are none."""
    if session.noted or not session.known:
        return ""
    return say(session, "voice.noted", facts=join_and(session.known, session.language))


def question_again(session: Session, now: datetime) -> str:
    """The pending question in a form that stands by itself."""
    match session.question:
        case "choose_slot" if session.offered:
            return say(
                session, "voice.offer_slots", slots=slots_text(session, session.offered, now)
            )
        case "confirm_slot" if session.chosen:
            chosen = slot_text(session, session.chosen.starts_at, now)
            return say(session, "voice.confirm_slot", slot=chosen)
        case "anything_else":
            return say(session, "voice.anything_else")
        case question:
            return say(session, _ASKED_AGAIN.get(question, "voice.ask_time"))


def first_words(session: Session, now: datetime) -> str:
    """What the carrier greets with: the greeting, or on a line that broke and is back, where the
    talk was."""
    if not session.connected:
        return session.greeting
    return f"{say(session, 'voice.resume')} {question_again(session, now)}"

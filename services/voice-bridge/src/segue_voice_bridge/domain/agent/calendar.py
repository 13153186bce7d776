"""Offers and bookings: what the agent asks of the calendar, and what it makes of the answers."""

from collections.abc import Sequence
from datetime import datetime

from segue_common.events import BookingWanted, Slot, SlotsWanted, TimeWish

from segue_voice_bridge.domain.agent.inputs import Booked, Refused, SlotsCame, Turn
from segue_voice_bridge.domain.agent.session import Session, Waiting, request_id
from segue_voice_bridge.domain.agent.steps import asking, goodbye
from segue_voice_bridge.domain.agent.words import say, slot_text, slots_text, what_is_known

# After so many offers that didn't suit, a colleague finds a time better than another offer does.
MOST_OFFERS = 3
# More than three times can't be kept in mind by ear.
SPOKEN_SLOTS = 3


def offer(session: Session, now: datetime) -> Turn:
    """Offer the slots that were loaded while it rang, or ask for some."""
    if session.slots:
        return _offer(session, session.slots, "voice.offer_slots", now)
    if session.slots_known and not session.offers:
        return goodbye(session, "voice.no_slots", "handed_over", "nothing free")
    if session.first_request and not session.requests:
        waiting = Waiting(request_id=session.first_request, of="slots")
        return Turn(session.model_copy(update={"waiting": waiting}))
    return look_for(session, ())


def look_for(session: Session, wishes: Sequence[TimeWish]) -> Turn:
    """Ask the calendar about wished times."""
    if session.offers >= MOST_OFFERS:
        return goodbye(session, "voice.no_slots", "handed_over", "no time suited")
    number = session.requests + 1
    asked = request_id(session.call_id, number)
    waiting = Waiting(request_id=asked, of="slots", wished=bool(wishes))
    command = SlotsWanted(request_id=asked, wishes=tuple(wishes))
    return Turn(
        session.model_copy(update={"requests": number, "waiting": waiting}), commands=(command,)
    )


def book(session: Session, slot: Slot) -> Turn:
    """Have a slot booked; the words come with the calendar's answer."""
    if session.contact is None:
        return goodbye(session, "voice.trouble", "failed", "no contact")
    number = session.requests + 1
    asked = request_id(session.call_id, number)
    command = BookingWanted(
        request_id=asked, service=slot.service, starts_at=slot.starts_at, contact=session.contact
    )
    changed = session.model_copy(
        update={
            "requests": number,
            "chosen": slot,
            "waiting": Waiting(request_id=asked, of="booking"),
        }
    )
    return Turn(changed, commands=(command,))


def ask_time(session: Session) -> Turn:
    """None of the offers suits."""
    if session.offers >= MOST_OFFERS:
        return goodbye(session, "voice.no_slots", "handed_over", "no time suited")
    return Turn(asking(session, "which_time"), say(session, "voice.ask_time"))


def still_waiting(session: Session) -> Turn:
    """Fill the silence, once."""
    if session.waiting is None or session.waiting.told:
        return Turn(session)
    told = session.waiting.model_copy(update={"told": True})
    return Turn(session.model_copy(update={"waiting": told}), say(session, "voice.one_moment"))


def no_answer(session: Session) -> Turn:
    """The calendar is silent: the call ends, and the chat goes on once it is back."""
    if session.waiting is None:
        return Turn(session)
    return goodbye(session, "voice.trouble", "failed", "the calendar did not answer")


def slots_came(session: Session, came: SlotsCame, now: datetime) -> Turn:
    """Slots that were waited for are offered; those loaded ahead are kept."""
    waiting = session.waiting
    if waiting is None or waiting.request_id != came.request_id:
        if came.request_id != session.first_request or session.slots_known:
            return Turn(session)
        known = {"slots": came.slots[:SPOKEN_SLOTS], "slots_known": True}
        return Turn(session.model_copy(update=known))
    session = session.model_copy(update={"waiting": None, "slots_known": True})
    if not came.slots:
        if waiting.wished:
            return ask_time(session)
        return goodbye(session, "voice.no_slots", "handed_over", "nothing free")
    if not waiting.wished:
        return _offer(session, came.slots, "voice.offer_slots", now)
    if not came.as_wished:
        return _offer(session, came.slots, "voice.no_slots_then", now)
    if len(came.slots) == 1:
        slot = came.slots[0]
        text = slot_text(session, slot.starts_at, now)
        asked = asking(session, "confirm_slot", chosen=slot, offers=session.offers + 1)
        return Turn(asked, say(session, "voice.confirm_slot", slot=text))
    return _offer(session, came.slots, "voice.offer_slots", now)


def booked(session: Session, came: Booked, now: datetime) -> Turn:
    """The meeting that was asked for stands."""
    if session.waiting is None or session.waiting.request_id != came.request_id:
        return Turn(session)
    done = asking(session, "anything_else", waiting=None, booked=came.slot, outcome="booked")
    words = say(session, "voice.booked", slot=slot_text(session, came.slot.starts_at, now))
    return Turn(done, words)


def refused(session: Session, came: Refused, now: datetime) -> Turn:
    """The slot couldn't be had."""
    if session.waiting is None or session.waiting.request_id != came.request_id:
        return Turn(session)
    session = session.model_copy(
        update={"waiting": None, "chosen": None, "slots": came.alternatives}
    )
    if came.reason in ("unknown_service", "unknown_booking"):
        return goodbye(session, "voice.trouble", "failed", came.reason)
    if not came.alternatives:
        return ask_time(session)
    return _offer(session, came.alternatives, "voice.taken", now)


def _offer(session: Session, slots: Sequence[Slot], key: str, now: datetime) -> Turn:
    spoken = tuple(slots[:SPOKEN_SLOTS])
    words = say(session, key, slots=slots_text(session, spoken, now))
    known = what_is_known(session)
    asked = asking(session, "choose_slot", offered=spoken, offers=session.offers + 1, noted=True)
    return Turn(asked, f"{known} {words}".strip())

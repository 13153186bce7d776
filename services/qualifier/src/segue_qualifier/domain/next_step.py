"""The step after the questions: a call for a qualified lead, an appointment for everybody."""

from segue_qualifier.domain.asking import acknowledgement
from segue_qualifier.domain.calling import promise
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.move import Line, Move
from segue_qualifier.domain.scene import Scene

MOST_OFFERS = 2


def next_step(lead: Lead, scene: Scene) -> Move:
    """What follows once there is nothing more to ask."""
    if scene.reached and scene.calls and lead.open_qualification:
        move = _towards_call(lead, scene)
        if move:
            return move
    if scene.books and lead.times_asked("offer_booking") < _most_bookings(scene):
        return offer_booking(
            Line("sales.offer.booking" if scene.reached else "sales.low_score.close")
        )
    return settle(lead, scene)


def offer_booking(*lines: Line, wants_person: str | None = None) -> Move:
    """Offer an appointment; a yes goes to the booking agent."""
    return Move(
        "offer_booking",
        lines=lines,
        question="offer_booking",
        asks="offer_booking",
        wants_person=wants_person,
        goal="thank them and ask whether they would like to pick a time for an appointment",
    )


def settle(lead: Lead, scene: Scene) -> Move:
    """Nothing is left to ask or to offer: stay polite, and there; a goodbye needs no second."""
    if lead.times_asked("goodbye") and scene.signals.small_talk and not scene.news:
        return Move("close")
    if scene.request.question in ("anything_else", "offer_booking") and scene.signals.no:
        return Move("close", lines=(Line("sales.goodbye"),), asks="goodbye")
    if scene.signals.thanks and not scene.news:
        return Move("close", lines=(Line("sales.welcome"),))
    return Move(
        "settled",
        lines=(*acknowledgement(scene), Line("sales.anything_else")),
        question="anything_else",
        goal="acknowledge in a few words what was just said and ask whether there is more",
    )


def _most_bookings(scene: Scene) -> int:
    return MOST_OFFERS if scene.reached else 1


def _towards_call(lead: Lead, scene: Scene) -> Move | None:
    if scene.consent == "granted":
        return promise(lead.phone, scene) if lead.phone else _ask_number(lead)
    # Without anything to book there is no choice to offer.
    offers = 1 if lead.phone else MOST_OFFERS
    if scene.books and lead.times_asked("offer_next_step") < offers:
        return Move(
            "offer_call",
            lines=(Line("sales.offer.next_step", {"phone_hint": lead.phone or ""}),),
            question="offer_next_step",
            asks="offer_next_step",
        )
    if lead.phone and lead.times_asked("consent_call") < MOST_OFFERS:
        return Move(
            "ask_consent",
            lines=(*acknowledgement(scene), Line("sales.ask.consent_call", {"phone": lead.phone})),
            question="consent_call",
            asks="consent_call",
        )
    return None if lead.phone or scene.books else _ask_number(lead)


def _ask_number(lead: Lead) -> Move | None:
    if "phone" in lead.refused or lead.times_asked("phone") >= MOST_OFFERS:
        return None
    return Move("ask_phone", lines=(Line("sales.ask.phone"),), question="phone", asks="phone")

"""What the sales agent does next: the first of these rules that applies."""

from collections.abc import Callable

from segue_common.events import HandOff

from segue_qualifier.domain.asking import acknowledgement, next_slot, question_line
from segue_qualifier.domain.calling import promise
from segue_qualifier.domain.hearing import NEXT_STEPS
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.move import Line, Move
from segue_qualifier.domain.next_step import next_step, offer_booking, settle
from segue_qualifier.domain.scene import Scene
from segue_qualifier.domain.services import meant_service

Rule = Callable[[Lead, Scene], Move | None]
MOST_NUMBER_QUESTIONS = 2
ENOUGH_DIGITS = 5
JOINS = Line("router.human.requested")


def next_move(lead: Lead, scene: Scene) -> Move:
    """The move for the lead as they stand after everything that was heard."""
    rules: tuple[Rule, ...] = (
        _person_wanted,
        _emergency,
        _change_of_meeting,
        _has_meeting,
        _to_booking,
        _call_refused,
        _side_question,
        _call_not_offered,
        _call_wanted,
        _call_coming,
        _courtesy,
        _ask,
    )
    chosen = next((move for rule in rules if (move := rule(lead, scene))), None)
    return chosen or next_step(lead, scene)


def _person_wanted(lead: Lead, scene: Scene) -> Move | None:
    """Somebody will join. Who asks for a person is not offered a call by a machine."""
    if not scene.signals.wants_human:
        return None
    return Move("person", lines=(JOINS,), wants_person="asks for a person")


def _emergency(lead: Lead, scene: Scene) -> Move | None:
    """Who needs help at once is asked nothing: the soonest time, or somebody who knows one."""
    if not scene.signals.emergency or scene.signals.call_now or scene.request.handed_over:
        return None
    if scene.books:
        return _hand_to_booking(lead, scene, "an emergency")
    return Move("person", lines=(JOINS,), wants_person="an emergency")


def _change_of_meeting(lead: Lead, scene: Scene) -> Move | None:
    if not (scene.request.meeting and scene.signals.books and scene.books):
        return None
    return _hand_to_booking(lead, scene, "speaks about the meeting")


def _has_meeting(lead: Lead, scene: Scene) -> Move | None:
    """Who has a meeting is not pushed any further."""
    meeting = scene.request.meeting
    if meeting is None:
        return None
    if scene.signals.call_now:
        wanted = "asks for a call although a meeting is booked"
        return Move("person", lines=(JOINS,), wants_person=wanted)
    if lead.times_asked("already_booked"):
        return settle(lead, scene)
    when = meeting.slot.starts_at.astimezone(scene.tenant.zone)
    return Move(
        "booked",
        lines=(Line("sales.already_booked", {"slot": when}),),
        question="anything_else",
        asks="already_booked",
    )


def _to_booking(lead: Lead, scene: Scene) -> Move | None:
    if not (scene.signals.books and scene.books):
        return None
    return _hand_to_booking(lead, scene, "wants an appointment")


def _hand_to_booking(lead: Lead, scene: Scene, reason: str) -> Move:
    service = meant_service(scene.tenant.services, (scene.signals.text, lead.topic))
    return Move(
        "to_booking",
        hand_off=HandOff(to="booking", reason=reason, service=service, wishes=scene.signals.wishes),
    )


def _call_refused(lead: Lead, scene: Scene) -> Move | None:
    heard = scene.heard_consent
    if heard is None or heard.state != "denied":
        return None
    refused = Line("sales.consent.denied")
    if not scene.books or lead.times_asked("offer_booking"):
        return Move("call_refused", lines=(refused,))
    return Move(
        "call_refused",
        lines=(refused, Line("sales.offer.booking_instead")),
        question="offer_booking",
        asks="offer_booking",
    )


def _side_question(lead: Lead, scene: Scene) -> Move | None:
    """Our offer was answered with a question; what we asked stands until that is answered."""
    request = scene.request
    aside = scene.signals.asks_support and request.question in NEXT_STEPS and not scene.news
    if not aside or scene.heard_consent or request.handed_over:
        return None
    return Move("to_support", hand_off=HandOff(to="support", reason="asks before deciding"))


def _call_not_offered(lead: Lead, scene: Scene) -> Move | None:
    """The tenant rings nobody: a person has to."""
    if not scene.signals.call_now or scene.tenant.callback.enabled:
        return None
    wanted = "asks to be called, and callbacks are off"
    if not scene.books:
        return Move("person", lines=(JOINS,), wants_person=wanted)
    return offer_booking(JOINS, Line("sales.offer.booking_instead"), wants_person=wanted)


def _call_wanted(lead: Lead, scene: Scene) -> Move | None:
    if lead.call != "wanted" or not scene.calls:
        return None
    if lead.phone:
        return promise(lead.phone, scene)
    if "phone" in lead.refused or lead.times_asked("phone") >= MOST_NUMBER_QUESTIONS:
        return None
    return Move("ask_phone", lines=(_number_question(lead, scene),), question="phone", asks="phone")


def _number_question(lead: Lead, scene: Scene) -> Line:
    digits = sum(char.isdecimal() for char in scene.signals.text)
    if scene.request.question == "phone" and digits >= ENOUGH_DIGITS:
        return Line("sales.invalid.phone")
    return Line(
        "sales.ask.phone" if lead.times_asked("phone") else "sales.asked_to_call.need_phone"
    )


def _call_coming(lead: Lead, scene: Scene) -> Move | None:
    return settle(lead, scene) if lead.call == "promised" else None


def _courtesy(lead: Lead, scene: Scene) -> Move | None:
    """Thanks or a goodbye after an answer, when nothing was asked, is no reason to ask again."""
    request, signals = scene.request, scene.signals
    if not signals.small_talk or scene.news or request.question or request.first_contact:
        return None
    if signals.thanks:
        return Move("courtesy", lines=(Line("sales.welcome"),))
    said = lead.times_asked("goodbye")
    return Move("courtesy", lines=() if said else (Line("sales.goodbye"),), asks="goodbye")


def _ask(lead: Lead, scene: Scene) -> Move | None:
    slot = next_slot(lead, scene)
    if slot is None:
        return None
    line = question_line(slot)
    again = slot == scene.request.question and not scene.news
    lines = (
        (Line("sales.not_understood", {"question": line}),)
        if again
        else (*acknowledgement(scene), line)
    )
    return Move(
        "ask",
        lines=lines,
        question=slot,
        asks=slot,
        goal=f"acknowledge in a few words what was just said, then ask about: {slot}",
    )

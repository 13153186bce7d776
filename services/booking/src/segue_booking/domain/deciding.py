"""What the lead wants of the booking agent: the first of these rules that applies."""

from collections.abc import Callable

from segue_booking.domain.around import rest_of_today
from segue_booking.domain.changing import changes, other_days, other_times
from segue_booking.domain.choosing import chooses, confirms
from segue_booking.domain.cues import Cue
from segue_booking.domain.heard import Heard
from segue_booking.domain.shifts import shifted
from segue_booking.domain.talk import Talk
from segue_booking.domain.wants import Confirm, Elsewhere, Look, Simply, Situation, Take, Want

# Below this the words alone don't say that something else is wanted.
SURE = 0.5

Rule = Callable[[Situation], Want | None]


def decide(at: Situation) -> Want:
    """What the lead wants, given what was asked and offered last."""
    rules: tuple[Rule, ...] = (
        _answers_cancel,
        _answers_person,
        _cancels,
        _has_no_meeting,
        _in_the_past,
        _emergency,
        _shifts,
        _not_ours,
        confirms,
        chooses,
        _courtesy,
        changes,
        _names_time,
    )
    wanted = next((want for rule in rules if (want := rule(at)) is not None), None)
    return wanted if wanted is not None else _otherwise(at)


def _answers_cancel(at: Situation) -> Want | None:
    heard = at.heard
    if at.talk.asks != "confirm_cancel" or at.meeting is None or other_times(at):
        return None
    if heard.says(Cue.KEEP) or heard.answer == "no":
        return Simply("keep")
    return Simply("cancel") if heard.answer == "yes" or heard.says(Cue.CANCEL) else None


def _answers_person(at: Situation) -> Want | None:
    if at.talk.asks != "booking_person" or at.heard.times:
        return None
    if at.heard.answer == "yes":
        return Simply("person")
    return Simply("ask_time") if at.heard.answer == "no" else None


def _cancels(at: Situation) -> Want | None:
    heard = at.heard
    if not heard.says(Cue.CANCEL) or heard.says(Cue.MOVE, Cue.KEEP):
        return None
    if at.meeting is not None:
        return Simply("ask_cancel")
    return Simply("decline") if at.talk.hold else None


def _has_no_meeting(at: Situation) -> Want | None:
    no_meeting = at.meeting is None and takes_for_made(at.talk, at.heard)
    return Simply("no_meeting") if no_meeting else None


def takes_for_made(talk: Talk, heard: Heard) -> bool:
    """Whether a meeting is to be cancelled or moved, and not a time that is held or offered."""
    if talk.hold or heard.says(Cue.KEEP):
        return False
    return heard.says(Cue.CANCEL) or (heard.says(Cue.STANDING) and not talk.offered)


def _emergency(at: Situation) -> Want | None:
    """The soonest of today, unless another day is named or what was offered is taken."""
    if isinstance(confirms(at) or chooses(at), Confirm | Take):
        return None
    today = rest_of_today(at.now, at.zone)
    other_day = any(wish.window.start >= today.window.end for wish in at.heard.wishes)
    if not at.heard.emergency or other_day or at.heard.moment:
        return None
    return Look((today,), emergency=True)


def _shifts(at: Situation) -> Want | None:
    """Counted from what is offered, else from the meeting."""
    starts = at.talk.offered or ((at.meeting,) if at.meeting else ())
    if at.heard.shift is None or not starts:
        return None
    return Look((shifted(starts, at.heard.shift, at.heard.clock, at.zone),))


def _in_the_past(at: Situation) -> Want | None:
    return Simply("past") if at.heard.says(Cue.PAST) and len(at.heard.times) <= 1 else None


def _not_ours(at: Situation) -> Want | None:
    """A question beside the booking goes to who can answer it; what was offered stands."""
    heard = at.heard
    if at.handed_over or heard.intent not in ("sales", "support") or heard.confidence < SURE:
        return None
    if heard.times or heard.answer or heard.ordinal or heard.cues or _of_service(at):
        return None
    return Elsewhere("support" if heard.intent == "support" else "sales")


def _of_service(at: Situation) -> bool:
    return at.talk.asks == "booking_service" and "?" not in at.heard.text


def _names_time(at: Situation) -> Want | None:
    if at.meeting is not None or not at.heard.times:
        return None
    return Take(at.heard.moment) if at.heard.moment else Look(at.heard.wishes)


def _courtesy(at: Situation) -> Want | None:
    heard = at.heard
    if heard.intent == "book" or at.handed_over or heard.cues or heard.times:
        return None
    if heard.thanks and (at.meeting is not None or at.talk.asks is None):
        return Simply("welcome")
    settled = at.talk.asks is None and at.meeting is not None and heard.answer
    return Simply("welcome") if settled else None


def _otherwise(at: Situation) -> Want:
    if at.meeting is not None:
        return Simply("tell_meeting")
    if at.heard.turned_down:
        return Look(other_days(at))
    asked = at.talk.asks in ("choose_slot", "confirm_booking") and at.talk.offered
    return Simply("repeat") if asked and not at.handed_over else Look()

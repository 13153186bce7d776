"""What the lead wants of the booking agent: the first of these rules that applies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cue
from segue_booking.domain.heard import Heard
from segue_booking.domain.local_time import local_date, moment
from segue_booking.domain.offers import fitting
from segue_booking.domain.span import Span
from segue_booking.domain.talk import Talk

# Below this the words alone don't say that something else is wanted.
SURE = 0.5
# How far from an offer "earlier" and "later" reach.
_BEFORE, _AFTER = timedelta(days=14), timedelta(days=3)
# After days that don't suit, as many others are looked at.
_OTHER_DAYS = timedelta(days=5)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Take:
    """This very time: book it at once, or move the meeting there."""

    start: datetime
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Confirm:
    """The time that is held, or that a move was proposed to."""


@dataclass(frozen=True, slots=True)
class Look:
    """Slots for these wishes; none means the next ones. A single one is proposed, not taken."""

    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrow:
    """More than one offer fits the answer."""

    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Simply:
    """Wants that need nothing more to be known."""

    what: Literal[
        "ask_cancel", "cancel", "keep", "nothing_to_cancel", "decline", "ask_time", "past",
        "tell_meeting", "welcome", "repeat", "person",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Not a matter of booking."""

    to: Literal["sales", "support"]


Want = Take | Confirm | Look | Narrow | Simply | Elsewhere


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decides what is wanted. `meeting` is the start of the one that stands."""

    talk: Talk
    heard: Heard
    meeting: datetime | None
    zone: ZoneInfo
    now: datetime
    handed_over: bool = False


Rule = Callable[[Situation], Want | None]


def decide(at: Situation) -> Want:
    """What the lead wants, given what was asked and offered last."""
    rules: tuple[Rule, ...] = (
        _answers_cancel,
        _answers_person,
        _cancels,
        _in_the_past,
        _not_ours,
        _confirms,
        _chooses,
        _courtesy,
        _changes,
        _names_time,
    )
    wanted = next((want for rule in rules if (want := rule(at)) is not None), None)
    return wanted if wanted is not None else _otherwise(at)


def _answers_cancel(at: Situation) -> Want | None:
    heard = at.heard
    if at.talk.asks != "confirm_cancel" or at.meeting is None or _other_times(at):
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
    return Simply("decline") if at.talk.hold else Simply("nothing_to_cancel")


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


def _confirms(at: Situation) -> Want | None:
    heard = at.heard
    if at.talk.asks != "confirm_booking" or not at.talk.offered:
        return None
    if fitting(at.talk.offered, heard, at.zone):
        return Confirm()
    if heard.times or heard.says(Cue.EARLIER, Cue.LATER, Cue.OTHER):
        return None
    if heard.answer == "yes" or heard.says(Cue.ANY):
        return Confirm()
    return _declines(at) if heard.answer == "no" else None


def _chooses(at: Situation) -> Want | None:
    heard, offered = at.heard, at.talk.offered
    if not offered:
        return None
    if at.meeting and heard.says(Cue.KEEP) and not heard.times:
        return Simply("keep")
    fits = fitting(offered, heard, at.zone)
    if len(fits) == 1:
        return Take(fits[0], offered=True)
    if fits:
        return Take(fits[0], offered=True) if heard.says(Cue.ANY) else Narrow(fits)
    if heard.digit and heard.digit <= len(offered):
        return Look((_exactly(offered[heard.digit - 1]),))
    if heard.clock:
        return _on_days_of(offered, heard.clock, at.zone)
    if heard.times:
        return None
    if heard.says(Cue.EARLIER):
        return Look((_around(offered[0], at.now, earlier=True),))
    if heard.says(Cue.LATER, Cue.OTHER):
        return Look((_around(offered[-1], at.now, earlier=False),))
    if heard.says(Cue.ANY):
        return Take(offered[0], offered=True)
    if heard.answer == "yes":
        return Take(offered[0], offered=True) if len(offered) == 1 else Narrow(offered)
    return _declines(at) if heard.answer == "no" and not heard.turned_down else None


def _declines(at: Situation) -> Want:
    """A no to a time: one that was to be moved stays, another is asked for otherwise."""
    return Simply("keep" if at.meeting else "decline")


def _on_days_of(offered: tuple[datetime, ...], clock: datetime, zone: ZoneInfo) -> Want:
    """ "At two", answered to slots of one day, is two o'clock on that day."""
    days = sorted({local_date(start, zone) for start in offered})
    starts = [_at_clock(day, clock, zone) for day in days]
    return Take(starts[0]) if len(starts) == 1 else Look(tuple(map(_exactly, starts)))


def _at_clock(day: date, clock: datetime, zone: ZoneInfo) -> datetime:
    wall = clock.astimezone(zone)
    return moment(day, wall.hour * 60 + wall.minute, zone)


def _exactly(start: datetime) -> Wish:
    return Wish(Span(start, start + _MINUTE), "minute")


def _around(start: datetime, now: datetime, *, earlier: bool) -> Wish:
    if earlier and start > now:
        return Wish(Span(max(now, start - _BEFORE), start), "week")
    after = start + _MINUTE
    return Wish(Span(after, after + _AFTER), "week")


def _changes(at: Situation) -> Want | None:
    """A meeting stands: another time is a move, at once where the words say so."""
    heard = at.heard
    if at.meeting is None:
        return None
    if heard.says(Cue.SAME_TIME) and heard.times:
        day = local_date(heard.times[0].wish.window.start, at.zone)
        return Take(_at_clock(day, at.meeting, at.zone))
    asked_to = heard.says(Cue.MOVE, Cue.UNABLE, Cue.EARLIER, Cue.LATER)
    if asked_to and heard.clock:
        return Take(_at_clock(local_date(at.meeting, at.zone), heard.clock, at.zone))
    others = _other_times(at)
    if others:
        if heard.moment and (asked_to or at.talk.asks == "booking_time"):
            return Take(heard.moment)
        return Look(others)
    if heard.says(Cue.EARLIER, Cue.LATER) and not heard.times:
        return Look((_around(at.meeting, at.now, earlier=heard.says(Cue.EARLIER)),))
    if asked_to or (heard.answer == "yes" and at.talk.asks == "booking_time"):
        return Look(_other_days(at))
    if heard.answer == "no" and at.talk.asks == "booking_time":
        return Simply("keep")
    return Simply("tell_meeting") if heard.intent == "book" or heard.says(Cue.WHEN) else None


def _other_times(at: Situation) -> tuple[Wish, ...]:
    """The wishes that don't just say when the meeting is ("my Tuesday appointment")."""
    times = at.heard.times
    if at.meeting is None or len(times) > 1 or at.heard.says(Cue.UNABLE, Cue.CANCEL):
        meeting = at.meeting
        return tuple(
            named.wish
            for named in times
            if meeting is None or not named.wish.window.start <= meeting < named.wish.window.end
        )
    return at.heard.wishes


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


def _other_days(at: Situation) -> tuple[Wish, ...]:
    """The days after those that don't suit."""
    if not at.heard.turned_down:
        return ()
    end = max(named.wish.window.end for named in at.heard.turned_down)
    return (Wish(Span(max(end, at.now), max(end, at.now) + _OTHER_DAYS), "week"),)


def _otherwise(at: Situation) -> Want:
    if at.meeting is not None:
        return Simply("tell_meeting")
    if at.heard.turned_down:
        return Look(_other_days(at))
    asked = at.talk.asks in ("choose_slot", "confirm_booking") and at.talk.offered
    return Simply("repeat") if asked and not at.handed_over else Look()

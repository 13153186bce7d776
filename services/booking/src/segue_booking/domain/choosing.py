"""Answers to a time that was held or proposed, and choices among the offers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from segue_booking.domain.around import around, at_clock, exactly
from segue_booking.domain.cues import Cue
from segue_booking.domain.local_time import local_date
from segue_booking.domain.offers import fitting
from segue_booking.domain.wants import Confirm, Look, Narrow, Simply, Situation, Take, Want


def confirms(at: Situation) -> Want | None:
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


def chooses(at: Situation) -> Want | None:
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
        return Look((exactly(offered[heard.digit - 1]),))
    if heard.clock:
        return _on_days_of(offered, heard.clock, at.zone)
    if heard.times:
        return None
    if heard.says(Cue.EARLIER):
        return Look((around(offered[0], at.now, earlier=True),))
    if heard.says(Cue.LATER, Cue.OTHER):
        return Look((around(offered[-1], at.now, earlier=False),))
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
    starts = [at_clock(day, clock, zone) for day in days]
    return Take(starts[0]) if len(starts) == 1 else Look(tuple(map(exactly, starts)))

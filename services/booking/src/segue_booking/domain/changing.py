"""A meeting stands, and another time is spoken of: a move, at once where the words say so."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from segue_booking.domain.around import around, at_clock, days_after
from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cue
from segue_booking.domain.heard import Named
from segue_booking.domain.local_time import local_date
from segue_booking.domain.wants import Look, Simply, Situation, Take, Want


def changes(at: Situation) -> Want | None:
    """What is wanted of the meeting that stands."""
    meeting, said = at.meeting, at.heard
    if meeting is None:
        return None
    if said.says(Cue.SAME_TIME) and said.times:
        day = local_date(said.times[0].wish.window.start, at.zone)
        return Take(at_clock(day, meeting, at.zone))
    heard = replace(said, times=other_times(at))
    asked_to = heard.says(Cue.MOVE, Cue.UNABLE, Cue.EARLIER, Cue.LATER)
    if asked_to and heard.clock:
        return Take(at_clock(local_date(meeting, at.zone), heard.clock, at.zone))
    if heard.times:
        at_once = heard.moment and (asked_to or at.talk.asks == "booking_time")
        return Take(heard.moment) if at_once and heard.moment else Look(heard.wishes)
    if heard.says(Cue.EARLIER, Cue.LATER) and not said.times:
        return Look((around(meeting, at.now, earlier=heard.says(Cue.EARLIER)),))
    if asked_to or (heard.answer == "yes" and at.talk.asks == "booking_time"):
        return Look(other_days(at))
    if heard.answer == "no" and at.talk.asks == "booking_time":
        return Simply("keep")
    return Simply("tell_meeting") if heard.intent == "book" or heard.says(Cue.WHEN) else None


def other_times(at: Situation) -> tuple[Named, ...]:
    """The times that don't just say when the meeting is ("my Tuesday appointment")."""
    meeting, times = at.meeting, at.heard.times
    may_say_when = len(times) > 1 or at.heard.says(Cue.UNABLE, Cue.CANCEL)
    if meeting is None or not may_say_when:
        return times
    return tuple(named for named in times if not _says_when(named, meeting, at.zone))


def other_days(at: Situation) -> tuple[Wish, ...]:
    """The days after those that don't suit."""
    down = [named.wish.window.end for named in at.heard.turned_down]
    return (days_after(max(*down, at.now)),) if down else ()


def _says_when(named: Named, meeting: datetime, zone: ZoneInfo) -> bool:
    window = named.wish.window
    if window.start <= meeting < window.end:
        return True
    # In "my Tuesday visit to Thursday at two" the two o'clock may be read into Tuesday too.
    same_day = local_date(window.start, zone) == local_date(meeting, zone)
    return same_day and not any(char.isdigit() for char in named.quote)

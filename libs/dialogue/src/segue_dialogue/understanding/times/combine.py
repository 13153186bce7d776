"""Putting pieces together: "tuesday" + "at 3", "monday or tuesday" + "morning"."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from segue_dialogue.understanding.times.atoms import (
    Atom,
    Clock,
    ClockSpan,
    DayPart,
    Days,
    Moment,
    Part,
    Past,
)
from segue_dialogue.understanding.times.glue import Glue


@dataclass(frozen=True)
class Named:
    """One time as said: any of a day, a part of it, a clock time; or a moment counted from now."""

    start: int
    end: int
    days: Days | None = None
    part: Part | None = None
    clock: Clock | ClockSpan | None = None
    moment: Moment | None = None
    cued: bool = False
    linked: bool = False  # an alternative to the time before it

    @property
    def is_bare(self) -> bool:
        """Whether it rests on nothing but a bare number."""
        if self.days or self.part or self.moment:
            return False
        if isinstance(self.clock, ClockSpan):
            ends = [end for end in (self.clock.start, self.clock.end) if end]
            return not self.cued and all(end.weak for end in ends)
        return isinstance(self.clock, Clock) and self.clock.weak and not self.cued


def combine(plain: str, atoms: list[Atom], glue: Glue, *, expects_time: bool) -> list[Named]:
    """The times of a message in order. With `expects_time` a bare number is an hour."""
    named: list[Named] = []
    for atom in atoms:
        if isinstance(atom.piece, Past):
            continue
        joined = _joined(plain, named[-1], atom, glue) if named else None
        if joined:
            named[-1] = joined
        else:
            named.append(_alone(plain, named[-1] if named else None, atom, glue))
    named = _shared(named)
    return [time for time in named if expects_time or not time.is_bare]


def _day_range(before: Named, gap: str, atom: Atom, glue: Glue) -> Named | None:
    """ "Dec 3rd-5th": all the days from one to the other."""
    last = _another_day(before, atom)
    if not last or not before.days or before.clock or not glue.through.fullmatch(gap):
        return None
    if last.last <= before.days.first:
        return None
    days = Days(before.days.first, last.last, "day")
    return replace(before, days=days, end=atom.end)


def _another_day(before: Named, atom: Atom) -> Days | None:
    """The day that a bare number after a date may be: "dec 3 or 4"."""
    piece = atom.piece
    if not before.days or before.clock or not (before.days.dated or before.days.number):
        return None
    number = piece.number if isinstance(piece, Days) else None
    if isinstance(piece, Clock) and piece.weak and not piece.exact and not atom.cued:
        number = piece.hour
    month = replace(before.days, first=before.days.first.replace(day=1))
    return _day_in(month, number) if number else None


def _alone(plain: str, before: Named | None, atom: Atom, glue: Glue) -> Named:
    day = _another_day(before, atom) if before else None
    if before and day and glue.or_day.fullmatch(plain, before.end, atom.start):
        return Named(atom.start, atom.end, days=replace(day, dated=True), linked=True)
    linked = before is not None and bool(glue.alternative.fullmatch(plain, before.end, atom.start))
    return _with(Named(atom.start, atom.end, cued=atom.cued, linked=linked), atom)


def _joined(plain: str, before: Named, atom: Atom, glue: Glue) -> Named | None:
    gap = plain[before.end : atom.start]
    if range_of_days := _day_range(before, gap, atom, glue):
        return range_of_days
    if not glue.inside.fullmatch(gap) or before.moment or isinstance(atom.piece, Moment):
        return None
    piece = atom.piece
    if (
        isinstance(piece, ClockSpan)
        and isinstance(before.clock, ClockSpan)
        and before.clock.end is None
        and piece.start is None
    ):
        return replace(before, clock=ClockSpan(before.clock.start, piece.end), end=atom.end)
    if isinstance(piece, Clock | ClockSpan):
        weak = isinstance(piece, Clock) and piece.weak
        if before.clock or (weak and glue.lasting.search(gap)):
            return None
    elif isinstance(piece, Part):
        if before.part:
            return _narrowed(before, piece, atom)
    elif isinstance(piece, DayPart):
        if before.part or before.days:
            return None
    elif isinstance(piece, Days) and before.days and not _refines(before.days, piece):
        return None
    return replace(_with(before, atom), end=atom.end, cued=before.cued or atom.cued)


def _narrowed(before: Named, part: Part, atom: Atom) -> Named | None:
    """ "In the evening after work": what two parts of a day share, if they share anything."""
    assert before.part
    both = Part(max(before.part.start, part.start), min(before.part.end, part.end))
    if before.clock or both.start >= both.end:
        return None
    return replace(before, part=both, end=atom.end)


def _refines(first: Days, second: Days) -> bool:
    """ "Friday the 3rd" and "next week on tuesday" are one day each."""
    if _numbers(first, second) or _numbers(second, first):
        return True
    return (first.weekday is None) != (second.weekday is None)


def _numbers(number: Days, month: Days) -> bool:
    """ "In november on the 3rd": a day's number beside its month."""
    return number.number is not None and month.grain == "month"


def _day_in(month: Days, number: int) -> Days | None:
    """That day of the month; of the month a year later where it has passed."""
    for year in (month.first.year, month.first.year + 1):
        try:
            day = date(year, month.first.month, number)
        except ValueError:
            continue
        if day >= month.first:
            return Days(day, day + timedelta(days=1), "day")
    return None


def _with(time: Named, atom: Atom) -> Named:
    piece = atom.piece
    if isinstance(piece, Moment):
        return replace(time, moment=piece)
    if isinstance(piece, DayPart):
        return replace(time, days=piece.days, part=piece.part)
    if isinstance(piece, Part):
        return replace(time, part=piece)
    if isinstance(piece, Clock | ClockSpan):
        return replace(time, clock=piece)
    if isinstance(piece, Days):
        return replace(time, days=_refined(time.days, piece) if time.days else piece)
    return time


def _refined(first: Days, second: Days) -> Days:
    for number, month in ((first, second), (second, first)):
        if number.number is not None and _numbers(number, month):
            return _day_in(month, number.number) or month
    weekday, other = (first, second) if first.weekday is not None else (second, first)
    if (other.last - other.first).days <= 1 or weekday.weekday is None:
        return other
    day = other.first
    while day < other.last and day.weekday() != weekday.weekday:
        day = day.fromordinal(day.toordinal() + 1)
    return Days(day, day.fromordinal(day.toordinal() + 1), "day") if day < other.last else other


def _shared(named: list[Named]) -> list[Named]:
    """Alternatives lend each other what they leave out: the day, the hour, morning, pm."""
    for i in range(1, len(named)):
        if named[i].linked and _wants_day(named[i]):
            named[i] = replace(named[i], days=named[i - 1].days)
    for i in range(len(named) - 2, -1, -1):
        following = named[i + 1]
        if not following.linked:
            continue
        if _wants_day(named[i]):
            named[i] = replace(named[i], days=following.days)
        if not (named[i].part or named[i].clock or named[i].moment):
            named[i] = replace(named[i], part=following.part, clock=following.clock)
        named[i] = _with_half(named[i], following)
    return _bare_company(named)


def _wants_day(time: Named) -> bool:
    return not time.days and not time.moment and bool(time.clock or time.part)


def _with_half(time: Named, following: Named) -> Named:
    first, second = time.clock, following.clock
    if not (isinstance(first, Clock) and isinstance(second, Clock)):
        return time
    if first.half or first.literal or not second.half:
        return time
    return replace(time, clock=replace(first, half=second.half, weak=False))


def _bare_company(named: list[Named]) -> list[Named]:
    """A bare number that is an alternative to a time is one too: "at 3 or 4"."""
    forward = [(i, i - 1) for i in range(1, len(named)) if named[i].linked]
    backward = [(i - 1, i) for i in range(len(named) - 1, 0, -1) if named[i].linked]
    for one, other in forward + backward:
        if named[one].is_bare and named[other].clock and not named[other].is_bare:
            named[one] = replace(named[one], cued=True)
    return named

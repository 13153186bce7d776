"""Which of the offered times an answer picks, and which other times it wishes for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from segue_common.events import Slot, TimeWish
from segue_dialogue.understanding import TimeReference

from segue_voice_bridge.domain.agent.ears import Meaning

_CLOCK_GRAINS = ("minute", "hour")
# The day of a bare "at ten" is only the understanding's guess; a named day is the person's word.
_NAMES_A_DAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)|day\b|tomorrow|tonight|next|\d(?:st|nd|rd|th)\b"
    r"|\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|hoy|pr[oó]xim\w+)\b"
    r"|^mañana\b|pasado mañana",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Picked:
    """Exactly this one."""

    slot: Slot


@dataclass(frozen=True)
class Several:
    """Any of these could be meant."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Wished:
    """None of the offered ones, but these times."""

    wishes: tuple[TimeWish, ...]


# "The first" may be a day of the month; right after an offer it is the first of the offers.
_BARE_ORDINAL = re.compile(r"(?:the |la |el |on )*[^\W\d]+", re.IGNORECASE)

Choice = Picked | Several | Wished | None


def choose(meaning: Meaning, offered: Sequence[Slot]) -> Choice:
    """What an answer to an offer picks; None where it names no time at all."""
    times = meaning.understood.times
    if times and (matching := _matching(times, offered)):
        return _as_choice(matching)
    place = meaning.ordinal
    among_offered = place is not None and -len(offered) <= place < len(offered)
    if times and not (among_offered and all(_BARE_ORDINAL.fullmatch(t.quote) for t in times)):
        return Wished(_wishes(times))
    if place is not None and among_offered:
        return Picked(offered[place])
    if meaning.means("any") and offered:
        return Picked(offered[0])
    return None


def wishes_of(meaning: Meaning) -> tuple[TimeWish, ...]:
    """The times that an answer names."""
    return _wishes(meaning.understood.times)


def _as_choice(matching: Sequence[Slot]) -> Choice:
    return Picked(matching[0]) if len(matching) == 1 else Several(tuple(matching))


def _matching(times: Sequence[TimeReference], offered: Sequence[Slot]) -> list[Slot]:
    """Slots that start in a named time, or else at a named time of day on whatever day."""
    within = [s for s in offered if any(t.start <= s.starts_at < t.end for t in times)]
    exact = [
        s for s in within if any(t.grain in _CLOCK_GRAINS and t.start == s.starts_at for t in times)
    ]
    return exact or within or [s for s in offered if any(_same_clock(t, s) for t in times)]


def _same_clock(time: TimeReference, slot: Slot) -> bool:
    """Whether a time of day that names no day of its own is this slot's."""
    if time.grain not in (*_CLOCK_GRAINS, "part_of_day") or _NAMES_A_DAY.search(time.quote):
        return False
    local = slot.starts_at.astimezone(ZoneInfo(slot.time_zone))
    start = datetime.combine(local.date(), time.start.timetz())
    if time.grain in _CLOCK_GRAINS:
        return local == start
    return start <= local < start + (time.end - time.start)


def _wishes(times: Sequence[TimeReference]) -> tuple[TimeWish, ...]:
    return tuple(
        TimeWish(start=time.start, end=time.end, grain=time.grain, quote=time.quote)
        for time in times
    )

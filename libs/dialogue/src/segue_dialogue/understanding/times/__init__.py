"""The times that a message names: an own small grammar of the calendar and the clock.

The rules are stated where they are applied: bare hours in `clocks`, "next friday" and the like in
`dates`, alternatives and what they share in `combine`.
"""

from datetime import datetime

from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.times.atoms import Atom
from segue_dialogue.understanding.times.combine import combine
from segue_dialogue.understanding.times.folding import fold
from segue_dialogue.understanding.times.glue import glue
from segue_dialogue.understanding.times.named import TimeFound
from segue_dialogue.understanding.times.resolve import resolve
from segue_dialogue.understanding.times.scan import scan
from segue_dialogue.understanding.times.vocabulary import calendars

MOST_TIMES = 20
SURE_LENGTH = 4  # characters; shorter words of one language are too often words of another


def find_times(
    message: Message,
    now: datetime,
    *,
    region: str,
    expects_time: bool,
    languages: tuple[str, ...] = ("en",),
    guesses: tuple[str, ...] = (),
) -> list[TimeFound]:
    """All times of a message in order, none of them past words like "last friday".

    `expects_time` says that a time was asked for, so that a bare number is an hour. `languages`
    are those that the message may be in, its own first; `guesses` are others that it is in if that
    makes more of it a time. A language without a calendar is left out.
    """
    plain = fold(message.plain)
    known = tuple(code for code in languages if code in calendars()) or ("en",)
    likely = tuple(code for code in guesses if code in calendars())
    orders = [tuple(dict.fromkeys((first, *known))) for first in (known[0], *likely)]
    read = [(scan(plain, now, region, order), order) for order in dict.fromkeys(orders)]
    atoms, order = max(read, key=lambda reading: _share(reading[0]))
    named = combine(plain, atoms, glue(order), expects_time=expects_time)
    found = [
        TimeFound(reference, time.start, time.end)
        for time in named
        for reference in resolve(time, message.quote(time.start, time.end), now)
    ]
    return found[:MOST_TIMES]


def _share(atoms: list[Atom]) -> int:
    """How many characters are surely of times."""
    return sum(atom.end - atom.start for atom in atoms if atom.end - atom.start >= SURE_LENGTH)

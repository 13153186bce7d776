"""The times that a message names: an own small grammar of the calendar and the clock.

The rules are stated where they are applied: bare hours in `clocks`, "next friday" and the like in
`dates`, alternatives and what they share in `combine`.
"""

from datetime import datetime

from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.times.combine import combine
from segue_dialogue.understanding.times.named import TimeFound
from segue_dialogue.understanding.times.resolve import resolve
from segue_dialogue.understanding.times.scan import scan

MOST_TIMES = 20


def find_times(
    message: Message, now: datetime, *, region: str, expects_time: bool
) -> list[TimeFound]:
    """All times of a message in order, none of them past words like "last friday".

    `expects_time` says that a time was asked for, so that a bare number is an hour.
    """
    named = combine(message.plain, scan(message.plain, now, region), expects_time=expects_time)
    found = [
        TimeFound(reference, time.start, time.end)
        for time in named
        for reference in resolve(time, message.quote(time.start, time.end), now)
    ]
    return found[:MOST_TIMES]

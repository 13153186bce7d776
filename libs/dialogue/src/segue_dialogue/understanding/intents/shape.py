"""The shape of a message: how it opens, whom it speaks of, whether it asks or names a time."""

import re
from datetime import UTC, datetime

from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.times import find_times

SHAPES = 19
_ANY_DAY = datetime(2026, 1, 14, 10, tzinfo=UTC)  # whether a time is named hangs on no date
_OPENINGS = (
    frozenset(
        [
            "what",
            "where",
            "how",
            "who",
            "which",
            "why",
            "what's",
            "whats",
            "where's",
            "how's",
            "who's",
        ]
    ),
    frozenset(("when", "when's")),
    frozenset(["is", "are", "do", "does", "did", "was", "will", "has", "have"]),
    frozenset(["can", "could", "would", "may"]),
    frozenset(["i", "we", "i'm", "we're", "i'd", "i've", "we've", "we'd"]),
    frozenset(("my", "our")),
)
_OURS = re.compile(r"\b(?:my|our)\b")
_YOURS = re.compile(r"\byour\b")
_YOU = re.compile(r"\byou\b")
_ME = re.compile(r"\b(?:me|us)\b")
_PAST = re.compile(r"\b(?:was|were|did|had|\w+ed|got|broke|left|came|sent|paid)\b")
_ANYBODY = re.compile(r"\b(?:i|you|we|my|your|our|me|us|i'm|it|it's)\b")


def shape(message: Message) -> list[bool]:
    """Traits of a message in a fixed order, `SHAPES` of them."""
    plain, words = message.plain, message.words
    first = words[0] if words else ""
    times = find_times(message, _ANY_DAY, region="US", expects_time=False)
    grains = {time.reference.grain for time in times}
    return [
        bool(times),
        not grains.isdisjoint(("hour", "minute")),
        not grains.isdisjoint(("day", "week", "part_of_day")),
        "?" in plain,
        *(first in opening for opening in _OPENINGS),
        *(pattern.search(plain) is not None for pattern in (_OURS, _YOURS, _YOU, _ME, _PAST)),
        len(words) <= 2,
        len(words) <= 4,
        len(words) >= 12,
        _ANYBODY.search(plain) is None,
    ]

"""Words that matter to a booking agent alone: changes of a meeting, and choices among offers."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from segue_booking.domain.vocabulary import ALWAYS, spoken, whole, words


class Cue(Enum):
    """Something that a message says about a meeting or about what was offered; each language has
    its words for it under the cue's name."""

    CANCEL = auto()
    UNABLE = auto()
    MOVE = auto()
    KEEP = auto()
    EARLIER = auto()
    LATER = auto()
    OTHER = auto()
    ANY = auto()
    PAST = auto()
    ROUGHLY = auto()
    SAME_TIME = auto()
    WHEN = auto()
    STANDING = auto()


_NUMBERS = {1: "first", 2: "second", 3: "third", -1: "last"}
# "The 3pm one" names three o'clock; the one isn't another hour.
_ONE = re.compile(r"(?<!\w)((?:the|that|this) [\w:' ]+?) ones?(?!\w)")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words say; `ordinal` counts from 1, -1 is the last; `rest` is left to be read."""

    found: frozenset[Cue]
    ordinal: int | None
    rest: str


def read_cues(text: str, *, offered: bool, language: str = ALWAYS) -> Cues:
    """The cues of a message; ordinals mean something only where slots were offered."""
    plain = text.translate(_STRAIGHT).lower()
    codes = spoken(language)
    found = frozenset(
        cue for cue in Cue if any(whole(code, cue.name.lower()).search(plain) for code in codes)
    )
    if Cue.ANY in found and _turned_down(plain, codes):
        found = found - {Cue.ANY} | {Cue.OTHER}
    if not offered:
        return Cues(found, None, text)
    ordinals = _ordinals_in(plain, codes)
    number = next(iter(ordinals)) if len(ordinals) == 1 else None
    # Lower-casing may change the length of a text; then nothing is cut out of it.
    if number is not None and len(plain) == len(text):
        start, end = ordinals[number].span()
        text = text[:start] + " " + text[end:]
    return Cues(found, number, _ONE.sub(r"\1", text))


def _turned_down(plain: str, codes: tuple[str, ...]) -> bool:
    """Whether there is a no beside the "any": "I can't do any of those" wants none of them."""
    for code in codes:
        plain = whole(code, "any").sub(" ", plain)
    return any(whole(code, "none").search(plain) for code in codes)


def _ordinals_in(plain: str, codes: tuple[str, ...]) -> dict[int, re.Match[str]]:
    found: dict[int, re.Match[str]] = {}
    for code in codes:
        for number, key in _NUMBERS.items():
            if match := _ordinal(code, key).search(plain):
                found.setdefault(number, match)
    return found


@cache
def _ordinal(language: str, key: str) -> re.Pattern[str]:
    """Where an ordinal stands for an offer: with an article, with a noun, or in a short answer,
    since without them "first" often means "before that"."""
    number, article, noun = (
        words(language, key),
        words(language, "article"),
        words(language, "noun"),
    )
    yes, other = words(language, "yes"), words(language, "not_choice")
    after = rf"(?!\w)(?!{other})"
    named = rf"\s+(?:{noun})(?!\w)"
    return re.compile(
        rf"(?<!\w)(?:(?:{article})\s+(?:{number}){after}(?:{named})?|(?:{number}){named})"
        rf"|^\W*(?:(?:{yes})\W+)?(?:{number}){after}(?=(?:\W+\w+){{0,2}}\W*$)"
    )

"""The calendar words of English as lookup tables and pattern fragments."""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from segue_dialogue.understanding.lexicon import load_yaml


class Calendar(BaseModel):
    """The content of calendar.yaml; keys are words or pattern fragments."""

    weekdays: dict[str, int]
    months: dict[str, int]
    shy: list[str]
    feasts: dict[str, tuple[int, int]]
    days: dict[str, int]
    parts: dict[str, tuple[int, int]]
    hours: dict[str, int]
    minutes: dict[str, int]
    ordinals: dict[str, int]
    counts: dict[str, float]


@dataclass(frozen=True)
class Table:
    """A pattern that finds any of some words, and their values."""

    fragment: str
    entries: tuple[tuple[re.Pattern[str], float], ...]

    def value(self, word: str) -> int:
        """The value of a word that `fragment` matched."""
        return int(self.number(word))

    def number(self, word: str) -> float:
        word = re.sub(r"\s+", " ", word)
        return next(value for pattern, value in self.entries if pattern.fullmatch(word))


@cache
def calendar() -> Calendar:
    """The calendar words, read once."""
    return Calendar.model_validate(load_yaml("en", "calendar.yaml"))


@cache
def table(name: str) -> Table:
    """One of the calendar's word lists as a pattern fragment with values."""
    words: dict[str, float] = dict(getattr(calendar(), name))
    longest_first = sorted(words, key=len, reverse=True)
    fragment = "|".join(f"(?:{word})" for word in longest_first).replace(" ", r"\s+")
    entries = tuple((re.compile(word), words[word]) for word in longest_first)
    return Table(f"(?:{fragment})", entries)


@cache
def parts() -> tuple[tuple[re.Pattern[str], tuple[int, int]], ...]:
    """Parts of the day, the more specific ones first."""
    found = calendar().parts
    return tuple(
        (re.compile(word.replace(" ", r"\s+")), span)
        for word, span in sorted(found.items(), key=lambda item: -len(item[0]))
    )


@cache
def part_fragment() -> str:
    words = sorted(calendar().parts, key=len, reverse=True)
    return "(?:" + "|".join(f"(?:{word})" for word in words).replace(" ", r"\s+") + ")"


@cache
def feasts() -> tuple[tuple[re.Pattern[str], tuple[int, int]], ...]:
    """Feasts as (pattern, (month, day))."""
    return tuple(
        (re.compile(word.replace(" ", r"\s+")), date) for word, date in calendar().feasts.items()
    )

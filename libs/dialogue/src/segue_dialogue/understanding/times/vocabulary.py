"""The calendar and clock words of a language, compiled as they are used."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from segue_dialogue.understanding.lexicon import (
    as_searched,
    data,
    languages,
    load_yaml,
    wide_spaces,
)
from segue_dialogue.understanding.message import one_letter
from segue_dialogue.understanding.times.calendar_file import NEVER, Calendar, Fragment
from segue_dialogue.understanding.times.folding import fold

Value = TypeVar("Value")
_LOOK = re.compile(r"\(\?<?[=!]")
_BRACKET = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|[()]")
_MACRO = re.compile(r"\{([a-z_]+)\}")
_SMALL_WORDS = TypeAdapter(dict[str, str])
# What in a pattern is no letter of a word: escapes, group openings, look-arounds.
_SYNTAX = re.compile(r"\\.|\(\?(?:P<\w+>|<?[=!:])|\{[^}]*\}")
_CHUNK = re.compile(r"([^\W\d_]+)([?*]?)")


@dataclass(frozen=True)
class Table(Generic[Value]):
    """What any of some words means."""

    meanings: Mapping[str, Value]
    words: "Vocabulary"

    @cached_property
    def fragment(self) -> str:
        return self.words.any_of(self.meanings)

    @cached_property
    def _entries(self) -> list[tuple[re.Pattern[str], Value]]:
        longest_first = sorted(self.meanings, key=len, reverse=True)
        # The fragment has looked around already; alone a word stands beside nothing.
        return [
            (re.compile(_without_looks(self.words.expand(key))), self.meanings[key])
            for key in longest_first
        ]

    def value(self, word: str) -> Value:
        """The meaning of a word that `fragment` matched."""
        return next(value for pattern, value in self._entries if pattern.fullmatch(word))

    def get(self, word: str) -> Value | None:
        """The meaning of any word, or None where it has none here."""
        return next((value for pattern, value in self._entries if pattern.fullmatch(word)), None)


class Vocabulary:
    """One language's tables and fragments."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.calendar = calendar = Calendar.model_validate(load_yaml(language, "calendar.yaml"))
        self.weekdays = Table(calendar.weekdays, self)
        self.months = Table(calendar.months, self)
        self.days = Table(calendar.days, self)
        self.parts = Table(calendar.parts, self)
        self.parts_after_day = Table(calendar.parts_after_day, self)
        self.parts_glued = Table(calendar.parts_glued, self)
        self.day_parts = Table(calendar.day_parts, self)
        self.feasts = Table(calendar.feasts, self)
        self.named_hours = Table(calendar.named_hours, self)
        self.hours = Table(calendar.hours, self)
        self.minutes = Table(calendar.minutes, self)
        self.before_hour = Table(calendar.before_hour, self)
        self.after_hour = Table(calendar.after_hour, self)
        self.ordinals = Table(calendar.ordinals, self)
        self.counts = Table(calendar.counts, self)
        self.units = Table(calendar.units, self)
        self.which = Table(calendar.which, self)
        self.which_after = Table(calendar.which_after, self)
        self.which_span = Table({**calendar.which, **calendar.which_span}, self)
        self.edges = Table(calendar.edges, self)
        self.edges_after = Table(calendar.edges_after, self)
        self.nth = Table(calendar.nth, self)
        self.weekday_later = Table(calendar.weekday_later, self)
        self.week_later = Table(calendar.week_later, self)
        self.weekend_later = Table(calendar.weekend_later, self)
        self.shy = frozenset(map(fold, calendar.shy))
        self.home = frozenset(map(fold, calendar.home))

    def fragment(self, name: str) -> str:
        """The pattern of a table or a fragment by its key, as one group."""
        if isinstance(table := getattr(self, name, None), Table):
            return table.fragment
        return "(?:" + "|".join(self.entries(name)) + ")"

    def entries(self, name: str) -> list[str]:
        """The patterns of a fragment one by one."""
        raw: Fragment = getattr(self.calendar.fragments, name)
        return [self.expand(entry) for entry in ([raw] if isinstance(raw, str) else raw)]

    def any_of(self, patterns: Mapping[str, object]) -> str:
        """One group for all of some patterns, the longest first."""
        longest_first = sorted(patterns, key=len, reverse=True)
        return "(?:" + ("|".join(map(self.expand, longest_first)) or NEVER) + ")"

    def expand(self, pattern: str) -> str:
        """A pattern of the file as it is searched."""
        named = _MACRO.sub(lambda found: self.fragment(found[1]), fold(as_searched(pattern)))
        return wide_spaces(named)

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Words that say nothing of what is counted: what follows an hour, not a number."""
        lists = _SMALL_WORDS.validate_python(load_yaml("languages.yaml"))
        return frozenset(fold(one_letter(lists.get(self.language, ""))).split())

    @cached_property
    def openings(self) -> frozenset[str]:
        """The first two letters, or the one, that any word of the file may begin with."""
        found = set()
        for text in _texts(self.calendar.model_dump()):
            for letters, optional in _CHUNK.findall(_SYNTAX.sub(" ", fold(as_searched(text)))):
                found.add(letters[: 1 if optional and len(letters) < 3 else 2])
        return frozenset(found)


def _without_looks(pattern: str) -> str:
    """The pattern without its look-arounds."""
    while found := _LOOK.search(pattern):
        depth, end = 1, found.end()
        while depth:
            bracket = _BRACKET.search(pattern, end)
            assert bracket, pattern
            depth += {"(": 1, ")": -1}.get(bracket[0], 0)
            end = bracket.end()
        pattern = pattern[: found.start()] + pattern[end:]
    return pattern


def _texts(value: object) -> Iterator[str]:
    """All patterns of a calendar: keys of its tables and its fragments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (key, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@cache
def calendars() -> frozenset[str]:
    """The languages that have a calendar."""
    return frozenset(code for code in languages() if data(code, "calendar.yaml").is_file())


@cache
def vocabulary(language: str) -> Vocabulary:
    """The calendar words of a language that has some."""
    return Vocabulary(language)

"""Whether words that a model suggests may be said: they promise and claim nothing at all.

What a model suggests comes before our own words, which hold every time, price, name and question.
So its words need none of these, and are refused where they have one: in any language, since a
model may be talked into writing another than the conversation's.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel.dates import get_day_names

from segue_dialogue.model.words import speaks_of
from segue_dialogue.phrasing import phrasebook
from segue_dialogue.phrasing.locales import locale_for
from segue_dialogue.understanding import detect_language

# Longer than a sentence before our own words should be.
LONGEST = 240
# Languages whose words for promises, claims and numbers are in the lists.
CHECKED_LANGUAGES = frozenset(
    {"en", "es", "de", "fr", "pt", "it", "nl", "ru", "pl", "tr", "hi", "ar", "zh", "ja", "ko"}
)
# As many words in a row out of the instructions are no coincidence.
LEAK_WORDS = 7

WordingRefusal = Literal[
    "none", "long", "link", "figure", "time", "promise", "done", "machine", "human", "payment",
    "others", "question", "language", "leak", "name",
]  # fmt: skip
_SUBJECTS: tuple[WordingRefusal, ...] = (
    "promise", "done", "machine", "human", "payment", "others",
)  # fmt: skip

_LINK = re.compile(r"https?:|www\.|\S@\S|\w\.[^\W\d_]{2,}|\bxn--|[<>{}\[\]|\\`#*_]", re.IGNORECASE)
_QUESTION = re.compile(r"[?？؟¿⁇⸮]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FULL_NAME = re.compile(r"(?:^|(?<=\W))([A-Z][a-z’']+) ([A-Z][a-z’']+)")


@dataclass(frozen=True)
class Setting:
    """In which conversation words would be said: its language, the instructions that the model
    got, and texts whose names are known to the person."""

    language: str
    instructions: str = ""
    known: Sequence[str] = ()


def refused_wording(reply: str | None, setting: Setting) -> WordingRefusal | None:
    """Why the reply may not be said, or None if it may be, as it is."""
    if reply is None or not reply.strip():
        return "none"
    if len(reply) > LONGEST or "\n" in reply.strip():
        return "long"
    text = _plain(reply)
    if _LINK.search(text):
        return "link"
    if any(unicodedata.category(char)[0] == "N" or char in "%٪‰" for char in text):
        return "figure"
    if any(unicodedata.category(char) in ("Sc", "So", "Cs", "Co") for char in text):
        return "figure"
    if _QUESTION.search(text):
        return "question"
    if speaks_of("refusals.numbers", text) or speaks_of("refusals.today", text):
        return "time"
    if _day_words(setting.language).search(text):
        return "time"
    for subject in _SUBJECTS:
        if speaks_of(f"refusals.{subject}", text):
            return subject
    if not _in_language(text, setting.language):
        return "language"
    if leaks(text, setting.instructions):
        return "leak"
    return "name" if _names_somebody(text, setting) else None


def _plain(text: str) -> str:
    """The text as a reader sees it: full-width forms folded, invisible characters gone."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def _in_language(text: str, language: str) -> bool:
    """Words in a language that the lists don't have can't be checked, so they are not said."""
    spoken = language.partition("-")[0].lower()
    return spoken in CHECKED_LANGUAGES and detect_language(text, spoken) == spoken


def leaks(text: str, instructions: str) -> bool:
    """Whether a text repeats a part of the instructions."""
    ours = [word.casefold() for word in _WORD.findall(instructions)]
    said = [word.casefold() for word in _WORD.findall(text)]
    runs = {tuple(ours[at : at + LEAK_WORDS]) for at in range(len(ours) - LEAK_WORDS + 1)}
    return any(
        tuple(said[at : at + LEAK_WORDS]) in runs for at in range(len(said) - LEAK_WORDS + 1)
    )


def _names_somebody(text: str, setting: Setting) -> bool:
    """A name of two words whose last nobody has said. German writes every noun like a name."""
    if setting.language.startswith("de"):
        return False
    known = {word for said in setting.known for word in _WORD.findall(said)}
    return any(last not in known for _, last in _FULL_NAME.findall(text))


@cache
def _day_words(language: str) -> re.Pattern[str]:
    """Names of days, and tomorrow: a day is a promise as much as a time is.

    They are looked for anywhere, as not every script puts spaces between words.
    """
    words: set[str] = set()
    for tongue in {*CHECKED_LANGUAGES, language}:
        words |= {phrasebook().say("format.tomorrow", tongue)}
        words |= set(get_day_names("wide", locale=locale_for(tongue)).values())
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)

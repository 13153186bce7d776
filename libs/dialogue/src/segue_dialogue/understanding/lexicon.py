"""The words of each language: phrase patterns and word lists read once from the data folder."""

import re
from functools import cache
from unicodedata import normalize

from pydantic import TypeAdapter

from segue_dialogue.understanding.datafiles import data, load_yaml
from segue_dialogue.understanding.message import one_letter
from segue_dialogue.understanding.number_words import number_macros
from segue_dialogue.understanding.spelling import NUKTA, WORD_END, WORD_START, foldings, spellings

__all__ = [
    "as_searched",
    "compile_phrases",
    "data",
    "languages",
    "load_yaml",
    "matches_any",
    "pattern",
    "phrase_pattern",
    "phrases",
    "tells_facts",
    "wide_spaces",
    "word_set",
]

_PHRASES = TypeAdapter(dict[str, dict[str, str] | list[str]])
_NEVER = re.compile(r"(?!)")
# A look-behind has one width, and a space with a quantifier already says how many.
_WIDE_SPACE = re.compile(r"(\(\?<[!=][^)]*\)|\[[^\]]*\])| (?![*+?{])")
_NUKTA = re.compile(f"[{NUKTA}]")
_MACRO = re.compile(r"\{([a-z_]+)\}")


@cache
def languages() -> tuple[str, ...]:
    """Languages that have phrases of their own, English first."""
    found = sorted(d.name for d in data().iterdir() if (d / "phrases.yaml").is_file())
    return ("en", *(code for code in found if code != "en"))


@cache
def tells_facts(language: str) -> bool:
    """Whether the language has words by which facts are told."""
    return bool(_fact_entries(language))


@cache
def phrases(language: str, key: str) -> tuple[str, ...]:
    """The entries under `key` in a language's phrases.yaml and facts.yaml; empty without any."""
    return tuple(_phrase_file(language).get(key, []))


@cache
def word_set(language: str, key: str) -> frozenset[str]:
    """The words under `key`, in the letters of a prepared message, with and without accents."""
    files = (_phrase_entries(language), _fact_entries(language))
    lists = (value for file in files if isinstance(value := file.get(key), list))
    words = (one_letter(normalize("NFC", word)) for value in lists for word in value)
    return frozenset(way for word in words for way in (word, *foldings(word)))


@cache
def pattern(language: str, key: str) -> re.Pattern[str]:
    """One pattern for all entries under `key`; matches nothing where there are none."""
    entries = phrases(language, key)
    return phrase_pattern(entries, _macros(language)) if entries else _NEVER


def compile_phrases(language: str) -> None:
    """Compile every phrase of a language, which otherwise happens as they are needed."""
    for key in _phrase_file(language):
        if not key.endswith(("_words", "_marks")):
            pattern(language, key)


def matches_any(key: str, spoken: tuple[str, ...], text: str) -> re.Match[str] | None:
    """The first match of the phrases under `key` in any of the languages."""
    found = (pattern(language, key).search(text) for language in spoken)
    return next((match for match in found if match), None)


def phrase_pattern(
    entries: tuple[str, ...] | list[str], macros: dict[str, str] | None = None
) -> re.Pattern[str]:
    """Compile data-file phrases: a space is any white space, `{name}` a macro, whole words only.

    Scripts without spaces have no words to keep whole: there a phrase matches anywhere.
    """
    expanded = [_expand(entry, macros or {}) for entry in entries]
    # An elided word ("d'un") ends at its apostrophe.
    return re.compile(f"{WORD_START}(?:" + "|".join(expanded) + f")(?:(?<=')|{WORD_END})")


def _expand(entry: str, macros: dict[str, str]) -> str:
    while _MACRO.search(entry):
        entry = _MACRO.sub(lambda found: f"(?:{macros[found[1]]})", entry)
    return wide_spaces(entry)


def wide_spaces(entry: str) -> str:
    """The pattern with any white space where it has a space."""
    return _WIDE_SPACE.sub(lambda found: found[1] or r"\s+", entry)


@cache
def _macros(language: str) -> dict[str, str]:
    """The macros of both files, and those for the language's numbers."""
    named = number_macros(language)
    for file, searched in ((_phrase_entries, as_searched), (_fact_entries, spellings)):
        own = file(language).get("macros", {})
        if isinstance(own, dict):
            named |= {name: searched(value) for name, value in own.items()}
    return named


@cache
def _phrase_file(language: str) -> dict[str, list[str]]:
    """Every list of a language; a key of both files has the entries of both."""
    merged: dict[str, list[str]] = {}
    for file, searched in ((_phrase_entries, as_searched), (_fact_entries, spellings)):
        for key, value in file(language).items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(searched(entry) for entry in value)
    return merged


@cache
def _phrase_entries(language: str) -> dict[str, dict[str, str] | list[str]]:
    return _PHRASES.validate_python(load_yaml(language, "phrases.yaml") or {})


@cache
def _fact_entries(language: str) -> dict[str, dict[str, str] | list[str]]:
    """The phrases by which facts are told; their letters stand for every spelling of them."""
    return _PHRASES.validate_python(load_yaml(language, "facts.yaml") or {})


def as_searched(entry: str) -> str:
    """The entry in the letters of a prepared message; the dot inside a letter may be missing."""
    return _NUKTA.sub(r"\g<0>?", one_letter(normalize("NFC", entry)))

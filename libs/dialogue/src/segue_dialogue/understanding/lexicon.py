"""The words of each language: phrase patterns and word lists read once from the data folder."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from unicodedata import normalize

import yaml
from pydantic import TypeAdapter

from segue_dialogue.understanding.message import SIGNS, one_letter

# The same loader in C, where the wheel has it: dozens of files are read at start.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DATA = files("segue_dialogue.understanding") / "data"
_PHRASES = TypeAdapter(dict[str, dict[str, str] | list[str]])
_NEVER = re.compile(r"(?!)")
# A look-behind has one width, and a space with a quantifier already says how many.
_WIDE_SPACE = re.compile(r"(\(\?<[!=][^)]*\)|\[[^\]]*\])| (?![*+?{])")
_NUKTA = re.compile("[\u093c\u09bc\u0a3c\u0abc]")
_MACRO = re.compile(r"\{([a-z_]+)\}")
# Thai, Lao, Burmese, Khmer, kana and Han are written without spaces: nothing there ends a word.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
_SIGN = f"[{SIGNS}]"


def data(*path: str) -> Traversable:
    """A file of the data folder."""
    return _DATA.joinpath(*path)


def load_yaml(*path: str) -> object:
    """The content of a YAML data file, or None where a language has no such file."""
    file = data(*path)
    if not file.is_file():
        return None
    # BaseLoader builds only strings, lists and mappings: "yes" and "no" stay words.
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506


@cache
def languages() -> tuple[str, ...]:
    """Languages that have phrases of their own, English first."""
    found = sorted(d.name for d in _DATA.iterdir() if (d / "phrases.yaml").is_file())
    return ("en", *(code for code in found if code != "en"))


@cache
def phrases(language: str, key: str) -> tuple[str, ...]:
    """The entries under `key` in a language's phrases.yaml; empty where it has none."""
    return tuple(_phrase_file(language).get(key, []))


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
    before, after = f"(?<!{_LETTER})(?<!{_SIGN})", f"(?!{_LETTER})(?!{_SIGN})"
    return re.compile(f"{before}(?:" + "|".join(expanded) + f"){after}")


def _expand(entry: str, macros: dict[str, str]) -> str:
    while _MACRO.search(entry):
        entry = _MACRO.sub(lambda found: f"(?:{macros[found[1]]})", entry)
    return wide_spaces(entry)


def wide_spaces(entry: str) -> str:
    """The pattern with any white space where it has a space."""
    return _WIDE_SPACE.sub(lambda found: found[1] or r"\s+", entry)


@cache
def _macros(language: str) -> dict[str, str]:
    raw = _PHRASES.validate_python(load_yaml(language, "phrases.yaml") or {}).get("macros", {})
    named = raw if isinstance(raw, dict) else {}
    return {name: as_searched(value) for name, value in named.items()}


@cache
def _phrase_file(language: str) -> dict[str, list[str]]:
    raw = _PHRASES.validate_python(load_yaml(language, "phrases.yaml") or {})
    lists = {key: value for key, value in raw.items() if isinstance(value, list)}
    return {key: [as_searched(entry) for entry in value] for key, value in lists.items()}


def as_searched(entry: str) -> str:
    """The entry in the letters of a prepared message; the dot inside a letter may be missing."""
    return _NUKTA.sub(r"\g<0>?", one_letter(normalize("NFC", entry)))

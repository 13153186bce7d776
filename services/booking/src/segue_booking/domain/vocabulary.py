"""The words of each language for meetings and offers, read once from the `words` folder."""

import re
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter
from segue_dialogue.understanding.datafiles import read_words

_FOLDER = files("segue_booking.domain") / "words"
_FILE = TypeAdapter(dict[str, str | dict[int, str]])
_NEVER = re.compile(r"(?!)")
# Beside every other language: people mix it in.
ALWAYS = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that have words of their own."""
    names = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def spoken(tag: str) -> tuple[str, ...]:
    """The languages whose words are tried on a message in this one (a BCP 47 tag)."""
    base = tag.partition("-")[0]
    return tuple(dict.fromkeys(code for code in (base, ALWAYS) if code in languages()))


def words(language: str, key: str) -> str | None:
    """The pattern under a key, None where the language has none."""
    found = _file(language).get(key)
    return found if isinstance(found, str) else None


def shifts(language: str) -> dict[int, str]:
    """What moves a time in hand: days to the pattern that says so."""
    found = _file(language).get("shifts", {})
    return found if isinstance(found, dict) else {}


@cache
def whole(language: str, key: str) -> re.Pattern[str]:
    """The words under a key as whole words."""
    found = words(language, key)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else _NEVER


@cache
def any_language(key: str) -> re.Pattern[str]:
    """The words under a key of all languages, to be found at the beginning of a word."""
    found = (words(language, key) for language in languages())
    return re.compile(rf"(?<!\w)(?:{'|'.join(one for one in found if one)})")


@cache
def _file(language: str) -> dict[str, str | dict[int, str]]:
    return _FILE.validate_python(read_words(_FOLDER / f"{language}.yaml"))

"""Words by subject in many languages, as stems: each matches from the start of a word on.

In the files a hyphen stands for what is between two words, and `=` ends a whole word. Stems in
scripts that put no space between words, or an article right before them, match anywhere.
"""

import re
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from segue_dialogue.understanding.datafiles import read_words
from segue_dialogue.understanding.message import SIGNS, read

_FILE = TypeAdapter(dict[str, str])
# Scripts whose words are not set apart, or carry their article in front of them.
_UNSPACED = re.compile(
    r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


def speaks_of(subject: str, text: str) -> bool:
    """Whether a text has one of a subject's words: `evidence.budget`, `refusals.promise`."""
    file, _, key = subject.partition(".")
    return _pattern(file, key).search(read(text).plain) is not None


def words_of(subject: str, text: str) -> list[str]:
    """The words of a subject that a text has, in lower case."""
    file, _, key = subject.partition(".")
    return [found.group() for found in _pattern(file, key).finditer(read(text).plain)]


@cache
def _words(file: str) -> dict[str, str]:
    return _FILE.validate_python(read_words(files(__package__) / f"{file}.yaml"))


@cache
def _pattern(file: str, key: str) -> re.Pattern[str]:
    stems = dict.fromkeys(_words(file)[key].split())
    return re.compile("|".join(map(_stem, stems)))


def _stem(stem: str) -> str:
    whole = stem.endswith("=")
    words = [re.escape(read(word).plain) for word in stem.rstrip("=").split("-")]
    unspaced = bool(_UNSPACED.search(stem)) and not whole
    body = (r"\s*" if unspaced else r"[\s\W]{1,3}").join(words)
    before = rf"(?<![^\W\d_])(?<![{SIGNS}])" if stem[0].isalpha() and not unspaced else ""
    after = rf"(?![^\W\d_])(?![{SIGNS}'])" if whole else ""
    return f"{before}{body}{after}"

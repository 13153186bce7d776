"""Which language a message is in, from its script and its small words."""

from collections import Counter
from functools import cache

from pydantic import TypeAdapter

from segue_dialogue.understanding.lexicon import load_yaml
from segue_dialogue.understanding.message import read

MINIMUM_EVIDENCE = 1.2  # below this the default stands: one shared small word proves nothing
MINIMUM_LEAD = 1.25  # over the default's own score
_WORD_LISTS = TypeAdapter(dict[str, str])
_SCRIPTS = TypeAdapter(dict[str, list[tuple[str, str]]])


def detect_language(text: str, default: str = "en") -> str:
    """The ISO 639-1 code of the language of `text`, or `default` where it doesn't show.

    Letters of a script of its own decide first; otherwise each small word votes for its
    languages, a word shared by many counting less.
    """
    return _by_script(text) or _by_words(read(text).words, default)


def _by_script(text: str) -> str | None:
    counts: Counter[str] = Counter()
    letters = 0
    for char in text[:2000]:
        if char.isalpha():
            letters += 1
            if char > "\u036f":
                counts.update(_script_languages(ord(char)))
    if not counts:
        return None
    ukrainian = counts.pop("uk_marks", 0)
    if counts["ja"] and counts["zh"]:
        counts["ja"] += counts.pop("zh")
    language, found = counts.most_common(1)[0]
    if found * 2 < letters:
        return None
    return "uk" if language == "ru" and ukrainian else language


def _by_words(words: tuple[str, ...], default: str) -> str:
    votes = _votes()
    scores: Counter[str] = Counter()
    for word in words[:200]:
        for language, weight in votes.get(word, ()):
            scores[language] += weight  # type: ignore[assignment]  # typeshed wants whole counts
    if not scores:
        return default
    language, score = scores.most_common(1)[0]
    if score < MINIMUM_EVIDENCE or score < scores[default] * MINIMUM_LEAD:
        return default
    return language


@cache
def _votes() -> dict[str, tuple[tuple[str, float], ...]]:
    lists = {
        language: set(words.split())
        for language, words in _WORD_LISTS.validate_python(load_yaml("languages.yaml")).items()
    }
    holders: dict[str, list[str]] = {}
    for language, words in lists.items():
        for word in words:
            holders.setdefault(word, []).append(language)
    return {
        word: tuple((language, 1 / len(found)) for language in found)
        for word, found in holders.items()
    }


@cache
def _script_languages(code: int) -> tuple[str, ...]:
    ranges = _SCRIPTS.validate_python(load_yaml("scripts.yaml"))
    return tuple(
        language
        for language, spans in ranges.items()
        if any(int(first, 16) <= code <= int(last, 16) for first, last in spans)
    )

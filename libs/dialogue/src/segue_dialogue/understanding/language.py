"""Which language a message is in, from its script and its small words."""

import re
from collections import Counter
from functools import cache, lru_cache

from pydantic import TypeAdapter

from segue_dialogue.understanding.lexicon import languages, load_yaml, pattern
from segue_dialogue.understanding.message import one_letter, read

MINIMUM_EVIDENCE = 1.2  # below this the default stands: one shared small word proves nothing
MINIMUM_LEAD = 1.25  # over the default's own score
MARK_EVIDENCE = 1.5  # a letter that only some languages of a script have
SURE_WORDS = 3  # beside greetings, thanks, yes and no: two words may be borrowed or a name
SURE_EVIDENCE = 1.5  # a small word of one language alone, and some that it shares
SURE_LEAD = 1.5  # over every other language's score
SURE_LETTERS = 6  # in a script that only one language has, some of which part no words
MOST_LIKELY = 5  # languages tried by their small words
LIKELY_SHARE = 0.3  # of the likeliest one's score: what has less shares a stray word with it
MOST_READ = 2000  # characters
MOST_WORDS = 200
_MARKS = "_marks"
_NON_JOINER = "\u200c"  # Persian parts a word with it where others have a space
# A word with its vowel signs; Han has no spaces, so each sign stands for itself.
_HAN = r"\u3400-\u9fff"
_STOPS = r"!-/:-@\[-`{-~\u060c\u061b\u061f\u06d4\u0964\u3000-\u303f\uff00-\uffef"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}][^\s\d{_STOPS}{_HAN}]*")
_WORD_LISTS = TypeAdapter(dict[str, str])
_SCRIPTS = TypeAdapter(dict[str, list[tuple[str, str]]])


def detect_language(text: str, default: str = "en") -> str:
    """The code of the language of `text` (ISO 639-1 where there is one), or `default`.

    Letters of a script of its own decide first, between the languages of one script their own
    words and signs, else `default`; in Latin letters each small word votes for its languages, a
    word shared by many counting less.
    """
    return _by_script(text, default) or _by_words(read(text).words, default)


def sure_language(text: str) -> str | None:
    """The language that `text` is surely in, or None: there must be several words of it beside
    courtesies, which people borrow, and far more signs of it than of any other."""
    plain = _without_courtesies(text)
    words = read(plain).words
    if (found := _by_script(plain, "")) is not None:
        return found if _is_sure_script(plain, found, words) else None
    scores = _scores(words)
    if len(words) < SURE_WORDS or not scores:
        return None
    (language, score), second = scores.most_common(1)[0], scores.most_common(2)[1:]
    rival = second[0][1] if second else 0.0
    return language if score >= SURE_EVIDENCE and score >= rival * SURE_LEAD else None


def is_small_word(word: str, languages: tuple[str, ...]) -> bool:
    """Whether one of these languages has the word among its small words."""
    return any(language in languages for language, _ in _votes().get(word, ()))


def likely_languages(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that a message may be in, the likeliest first: those of its scripts, and in
    Latin letters those whose small words it has. What none of them says, the message doesn't."""
    foreign = Counter(
        language
        for char in text[:MOST_READ]
        if char > "\u036f" and char.isalpha()
        for language in _script_languages(ord(char))
        if not language.endswith(_MARKS)
    )
    scores = _scores(words).most_common(MOST_LIKELY)
    small = [language for language, score in scores if score >= scores[0][1] * LIKELY_SHARE]
    return tuple(dict.fromkeys((*(language for language, _ in foreign.most_common()), *small)))


def _by_script(text: str, default: str) -> str | None:
    counts: Counter[str] = Counter()
    letters = 0
    for char in text[:MOST_READ]:
        if char.isalpha():
            letters += 1
            if char > "\u036f":
                counts.update(_script_languages(ord(char)))
    if not counts:
        return None
    marked = {code for code in counts if code.endswith(_MARKS)}
    for code in marked:
        del counts[code]
    found = max(counts.values())
    if found * 2 < letters:
        return None
    sharing = [code for code in counts if counts[code] == found]
    return _of_one_script(text, sharing, marked, default)


def _of_one_script(text: str, sharing: list[str], marked: set[str], default: str) -> str:
    """Which of the languages that all its letters fit; the script's first where nothing shows."""
    votes = _votes()
    scores = {code: MARK_EVIDENCE * (code + _MARKS in marked) for code in sharing}
    for token in _TOKEN.findall(one_letter(text[:MOST_READ].lower().replace(_NON_JOINER, " "))):
        for language, weight in votes.get(token, ()):
            if language in scores:
                scores[language] += weight
    best = [language for language in sharing if scores[language] == max(scores.values())]
    usual = next((language for language in best if _covers(language, default)), None)
    return default if usual else best[0]


def _covers(language: str, tag: str) -> bool:
    return tag == language or tag.startswith(f"{language}-")


def _by_words(words: tuple[str, ...], default: str) -> str:
    scores = _scores(words)
    if not scores:
        return default
    language, score = scores.most_common(1)[0]
    if score < MINIMUM_EVIDENCE or score < scores[default] * MINIMUM_LEAD:
        return default
    return language


@lru_cache(maxsize=16)  # a message's words are asked about several times
def _scores(words: tuple[str, ...]) -> Counter[str]:
    """How much the small words among these speak for each language; not to be changed."""
    scores: Counter[str] = Counter()
    for word in words[:MOST_WORDS]:
        for language, weight in _votes().get(word, ()):
            scores[language] += weight  # type: ignore[assignment]  # typeshed wants whole counts
    return scores


def _without_courtesies(text: str) -> str:
    """The prepared text without greetings, thanks, yes and no of the languages it may be in."""
    message = read(text)
    plain = message.plain
    for language in likely_languages(text, message.words):
        if language in languages():
            for key in ("greeting", "thanks", "affirm"):
                plain = pattern(language, key).sub(" ", plain)
    return plain


def _is_sure_script(plain: str, found: str, words: tuple[str, ...]) -> bool:
    """Whether the letters alone, or they and the small words, can only be this language's."""
    own = [char for char in plain if char > "\u036f" and char.isalpha()]
    sharing = {code for char in own for code in _script_languages(ord(char))} - {found}
    if len(own) < SURE_LETTERS or (len(words) < SURE_WORDS and len(own) < 2 * SURE_LETTERS):
        return False
    return not sharing or _of_one_script(plain, [found, *sorted(sharing)], set(), "") == found


@cache
def _votes() -> dict[str, tuple[tuple[str, float], ...]]:
    lists = {
        language: set(one_letter(words).split())
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
    return tuple(
        language
        for language, spans in _ranges().items()
        if any(first <= code <= last for first, last in spans)
    )


@cache
def _ranges() -> dict[str, list[tuple[int, int]]]:
    spans = _SCRIPTS.validate_python(load_yaml("scripts.yaml"))
    return {
        name: [(int(first, 16), int(last, 16)) for first, last in found]
        for name, found in spans.items()
    }

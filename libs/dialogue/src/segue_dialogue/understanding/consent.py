"""Whether a message ends or restarts what we may send: stop words, start words and free text.

A stop word counts as the whole message, whatever was asked: carriers block the number on it.
Those of every language count, since a single word doesn't show its language and a wish to be
left alone must not be missed.
"""

import unicodedata
from functools import cache, lru_cache

from segue_dialogue.understanding.lexicon import languages, matches_any, phrases
from segue_dialogue.understanding.message import Message, read


def wants_out(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether the person withdraws consent to be written to."""
    if _letters(message.plain) in _all_words("stop_words"):
        return True
    if matches_any("opt_out_not", spoken, message.plain):
        return False
    return matches_any("opt_out", spoken, message.plain) is not None


def wants_in(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether the person gives that consent again."""
    if _letters(message.plain) in _all_words("start_words"):
        return True
    return matches_any("opt_in", spoken, message.plain) is not None


@lru_cache(maxsize=16)  # of one message they are asked for several times
def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or _is_vowel_sign(char))


def _is_vowel_sign(char: str) -> bool:
    """Thai and the scripts of India write vowels as marks; an emoji's style is a mark too."""
    return unicodedata.category(char) in ("Mn", "Mc") and not "\ufe00" <= char <= "\ufe0f"


@cache
def _all_words(key: str) -> frozenset[str]:
    words = (word for language in languages() for word in phrases(language, key))
    return frozenset(_letters(read(word).plain) for word in words)

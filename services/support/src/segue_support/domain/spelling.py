"""Mends slips of the finger in a question, by the words that the documents use."""

import re
from collections.abc import Iterator, Set

from segue_support.domain.text import is_empty, words

# Short words have too many neighbours; a changed letter makes a slip only in a long word, since
# `boats` and `boots` are two things.
SHORTEST = 5
SHORTEST_CHANGED = 7
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+")


def mended(text: str, vocabulary: Set[str]) -> str:
    """The text with each unknown word that is one slip from exactly one known word replaced."""
    return _WORD.sub(lambda found: _mended(found[0], vocabulary), text)


def _mended(word: str, vocabulary: Set[str]) -> str:
    (folded, *_) = words(word)
    if len(folded) < SHORTEST or folded in vocabulary or is_empty(folded):
        return word
    near = {other for other in _one_slip_away(folded) if other in vocabulary}
    return near.pop() if len(near) == 1 else word


def _one_slip_away(word: str) -> Iterator[str]:
    """A letter left out, put in, swapped with the next, or in long words changed; never the
    first, which is seldom mistyped."""
    for place in range(1, len(word) + 1):
        head, tail = word[:place], word[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        if tail and len(word) >= SHORTEST_CHANGED:
            yield from (head + letter + tail[1:] for letter in _LETTERS)

"""Mends slips of the finger in a question, by the words that the documents use."""

import re
from collections.abc import Callable, Iterator, Set

from segue_support.domain.text import is_empty, words

# Short words have too many neighbours; a changed letter makes a slip only in a long word, since
# `boats` and `boots` are two things.
SHORTEST = 5
SHORTEST_CHANGED = 7
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]+")


def mended(text: str, vocabulary: Set[str], known: Callable[[str], bool]) -> str:
    """The text with each word that isn't known, and is one slip from exactly one of the
    vocabulary, replaced by that."""

    def mend(found: re.Match[str]) -> str:
        (folded, *_) = words(found[0])
        if len(folded) < SHORTEST or is_empty(folded) or known(folded):
            return found[0]
        near = {other for other in _one_slip_away(folded) if other in vocabulary}
        return near.pop() if len(near) == 1 else found[0]

    return _WORD.sub(mend, text)


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

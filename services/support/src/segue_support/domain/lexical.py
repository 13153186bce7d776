"""Lexical ranking: Okapi BM25 over stemmed words."""

import math
from collections import Counter
from collections.abc import Sequence

from segue_support.domain.text import content_words, stem

# The usual constants (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
K1 = 1.2
B = 0.75


class LexicalIndex:
    """An index over texts, by their position."""

    def __init__(self, texts: Sequence[str]) -> None:
        told = [content_words(text) for text in texts]
        self.vocabulary = frozenset(word for row in told for word in row)
        self._counts = [Counter(map(stem, row)) for row in told]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / len(texts) if texts else 1.0
        self._postings: dict[str, list[int]] = {}
        for place, counts in enumerate(self._counts):
            for word in counts:
                self._postings.setdefault(word, []).append(place)

    def knows(self, word: str) -> bool:
        """Whether a text has the word, in any of its forms."""
        return stem(word) in self._postings

    def rarity(self, word: str) -> float:
        """How much a stemmed word tells: the more, the fewer texts have it."""
        having = len(self._postings.get(word, ()))
        return math.log(1 + (len(self._counts) - having + 0.5) / (having + 0.5))

    def best(self, query: str, limit: int) -> list[int]:
        """The places of the texts that fit the query best, best first."""
        scores: dict[int, float] = {}
        for word in {stem(word) for word in content_words(query)}:
            weight = self.rarity(word)
            for place in self._postings.get(word, ()):
                often = self._counts[place][word]
                size = K1 * (1 - B + B * self._lengths[place] / self._mean)
                scores[place] = scores.get(place, 0.0) + weight * often * (K1 + 1) / (often + size)
        ranked = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
        return [place for place, _ in ranked[:limit]]


def fused(*rankings: Sequence[int], constant: int = 60) -> list[int]:
    """One ranking out of several, by reciprocal rank fusion (Cormack and others, SIGIR 2009)."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (constant + rank)
    return sorted(scores, key=lambda item: (-scores[item], item))

"""How much of a question a text speaks about, from 0 to 1."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from segue_support.domain.synonyms import synonyms
from segue_support.domain.text import content_words, stem

Vectors = NDArray[np.float32]
# Unit vectors of texts, one a row.
Embed = Callable[[list[str]], Vectors]

# Below the first similarity two words have nothing to do with each other; none that differ are
# quite the same.
UNRELATED = 0.45
NEARLY_SAME = 1.05
# A word that matches by kinship alone is worth less than the word itself.
SYNONYM = 0.9


@dataclass(frozen=True)
class Question:
    """What was asked, prepared once for comparing with many texts."""

    text: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    embed: Embed

    @cached_property
    def vector(self) -> Vectors:
        vector: Vectors = self.embed([self.text])[0]
        return vector

    @cached_property
    def word_vectors(self) -> Vectors:
        return self.embed(list(self.words))

    def met(self, text_words: Sequence[str], vectors: Vectors) -> tuple[float, ...]:
        """How well each word of the question is met by the words of a text (with their vectors)."""
        if not self.words or not text_words:
            return (0.0,) * len(self.words)
        stems = {stem(word) for word in text_words}
        near = (self.word_vectors @ vectors.T).max(axis=1).tolist()
        return tuple(
            _meets(word, stems, likeness) for word, likeness in zip(self.words, near, strict=True)
        )

    def share(self, met: Sequence[float]) -> float:
        """The share of the question that is met, weighted by how much each word tells."""
        total = sum(self.weights)
        parts = (weight * part for weight, part in zip(self.weights, met, strict=True))
        return sum(parts) / total if total else 0.0


def prepare(text: str, rarity: Callable[[str], float], embed: Embed) -> Question:
    """The question with its telling words and their weights; `rarity` takes a stem."""
    words = tuple(dict.fromkeys(content_words(text)))
    return Question(text, words, tuple(_weight(word, rarity) for word in words), embed)


def _weight(word: str, rarity: Callable[[str], float]) -> float:
    return min(rarity(same) for same in synonyms(stem(word)))


def _meets(word: str, stems: Set[str], likeness: float) -> float:
    own = stem(word)
    if own in stems:
        return 1.0
    if not synonyms(own).isdisjoint(stems):
        return SYNONYM
    return min(max((likeness - UNRELATED) / (NEARLY_SAME - UNRELATED), 0.0), 1.0)

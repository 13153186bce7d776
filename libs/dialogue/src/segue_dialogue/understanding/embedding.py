"""Sentence vectors from the word vectors that come inside the wordllama wheel."""

from functools import cache
from pathlib import Path

import numpy as np
import wordllama
from numpy.typing import NDArray
from wordllama.inference import WordLlamaInference

DIMENSIONS = 256


def embed(texts: list[str]) -> NDArray[np.float32]:
    """One unit vector per text, shape (len(texts), 256); a text without known words gives zeros."""
    vectors = np.asarray(_loaded().embed(texts, norm=False), dtype=np.float32)
    vectors = np.nan_to_num(vectors)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(
        vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0
    )
    return unit


@cache
def _loaded() -> WordLlamaInference:
    # Weights and tokenizer lie in the package's own folder: nothing is downloaded or cached.
    return wordllama.WordLlama.load(
        cache_dir=Path(wordllama.__file__).parent, disable_download=True
    )

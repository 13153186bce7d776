"""Vectors for chunks and questions: built in, or from an OpenAI-compatible endpoint."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import openai
from segue_dialogue.understanding.embedding import embed

from segue_support.domain.coverage import Vectors
from segue_support.knowledge.documents import KnowledgeUnavailable
from segue_support.settings import KnowledgeSettings

BATCH = 128
DEADLINE_SECONDS = 10.0


class Embedder(Protocol):
    """Makes vectors; those of different names can't be compared."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text; raises KnowledgeUnavailable."""


class BuiltInEmbedder:
    """The word vectors that come with Segue: no network, about a millisecond a text."""

    name = "wordllama-256"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return embed(list(texts))


class EndpointEmbedder:
    """An OpenAI-compatible endpoint's model."""

    def __init__(self, model: str, key: str, base_url: str | None) -> None:
        self.name = model
        self._openai = openai.OpenAI(
            api_key=key, base_url=base_url, timeout=DEADLINE_SECONDS, max_retries=1
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows: list[list[float]] = []
        try:
            for batch in _batches(texts):
                answer = self._openai.embeddings.create(
                    model=self.name, input=batch, encoding_format="float"
                )
                rows += [item.embedding for item in sorted(answer.data, key=lambda i: i.index)]
        except (openai.OpenAIError, ValueError) as error:
            raise KnowledgeUnavailable(
                f"the embedding endpoint failed: {type(error).__name__}"
            ) from error
        if len(rows) != len(texts):
            raise KnowledgeUnavailable(
                "the embedding endpoint answered for another number of texts"
            )
        vectors = np.asarray(rows, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return unit


def make_embedder(settings: KnowledgeSettings) -> Embedder:
    """The embedder that the settings name."""
    if settings.embedding_model is None or settings.api_key is None:
        return BuiltInEmbedder()
    return EndpointEmbedder(
        settings.embedding_model, settings.api_key.get_secret_value(), settings.base_url
    )


def _batches(texts: Sequence[str]) -> list[list[str]]:
    return [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]

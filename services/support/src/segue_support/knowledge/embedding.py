"""Vectors for chunks and questions: built in, or from an OpenAI-compatible endpoint."""

from collections.abc import Sequence
from typing import Protocol

from segue_dialogue.understanding.embedding import embed

from segue_support.domain.coverage import Vectors
from segue_support.settings import KnowledgeSettings


class Embedder(Protocol):
    """Makes vectors; those of different names can't be compared."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text; raises EmbeddingUnavailable."""


class BuiltInEmbedder:
    """The word vectors that come with Segue: no network, about a millisecond a text."""

    name = "wordllama-256"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return embed(list(texts))


def make_embedder(settings: KnowledgeSettings) -> Embedder:
    """The embedder that the settings name."""
    if settings.embedding_model is None or settings.api_key is None:
        return BuiltInEmbedder()
    from segue_support.knowledge.endpoint import EndpointEmbedder

    return EndpointEmbedder(
        settings.embedding_model, settings.api_key.get_secret_value(), settings.base_url
    )

"""Vectors from an OpenAI-compatible endpoint; its client takes a second to load, so only who needs
it imports this module."""

import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import numpy as np
import openai
from segue_common.breaker import Breaker

from segue_support.domain.coverage import Vectors
from segue_support.knowledge.documents import EmbeddingUnavailable

BATCH = 128
DEADLINE_SECONDS = 10.0
# Somebody waits for the answer to a single text, and words alone can find it too.
QUESTION_DEADLINE_SECONDS = 3.0
# So many failures in a row, and for so long nobody waits for the endpoint.
FAILURES, OPEN_SECONDS = 3, 15.0
PUBLIC_HOST = "api.openai.com"


class EndpointEmbedder:
    """An OpenAI-compatible endpoint's model. Two endpoints may call different models by one
    name, so the vectors are named by both."""

    def __init__(
        self,
        model: str,
        key: str,
        base_url: str | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = f"{model}@{urlsplit(base_url or '').netloc or PUBLIC_HOST}"
        self._model = model
        self._clock = clock
        self._breaker = Breaker(FAILURES, OPEN_SECONDS)
        self._openai = openai.OpenAI(
            api_key=key, base_url=base_url, timeout=DEADLINE_SECONDS, max_retries=1
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        admitted = self._breaker.admit(self._clock())
        if admitted is None:
            raise EmbeddingUnavailable("the embedding endpoint failed just now")
        self._breaker = admitted
        try:
            vectors = np.asarray(self._rows(texts), dtype=np.float32)
        except (openai.OpenAIError, ValueError) as error:
            self._breaker = self._breaker.after_failure(self._clock())
            reason = str(error) if isinstance(error, _WrongNumber) else type(error).__name__
            raise EmbeddingUnavailable(f"the embedding endpoint failed: {reason}") from error
        self._breaker = self._breaker.after_success()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return unit

    def _rows(self, texts: Sequence[str]) -> list[list[float]]:
        client = self._openai
        if len(texts) == 1:
            client = client.with_options(timeout=QUESTION_DEADLINE_SECONDS, max_retries=0)
        rows: list[list[float]] = []
        for batch in _batches(texts):
            answer = client.embeddings.create(
                model=self._model, input=batch, encoding_format="float"
            )
            rows += [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        if len(rows) != len(texts) or len({len(row) for row in rows}) > 1:
            raise _WrongNumber("it answered for another number of texts, or unevenly")
        return rows


class _WrongNumber(ValueError):
    """The answer doesn't fit what was asked."""


def _batches(texts: Sequence[str]) -> list[list[str]]:
    return [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]

"""Finds passages for a question: by meaning and by words, then weighed one by one."""

import threading
from dataclasses import dataclass
from functools import lru_cache

from segue_dialogue.understanding.embedding import embed

from segue_support import metrics
from segue_support.domain.coverage import prepare
from segue_support.domain.lexical import LexicalIndex, fused
from segue_support.domain.passages import Body, Passage, read_body, weigh
from segue_support.domain.spelling import mended
from segue_support.knowledge.documents import Chunk, EmbeddingUnavailable, KnowledgeUnavailable
from segue_support.knowledge.library import Library, Version, VersionGone

# So many are ranked each way, and so many are weighed.
CANDIDATES = 20
WEIGHED = 5
# Chunks that are asked about often are kept taken apart, at some 50 kB each.
KEPT = 1_000
# How often a version may be replaced under a reader before it gives up.
REOPENINGS = 10


@dataclass(frozen=True)
class Opened:
    """A version with what is kept in memory of it."""

    version: Version
    chunks: tuple[Chunk, ...]
    places: dict[str, int]
    lexical: LexicalIndex


class Retriever:
    """Searches the newest version of each tenant's documents; safe to use from threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._opened: dict[str, Opened] = {}
        self._lock = threading.Lock()

    def find(self, tenant: str, question: str) -> list[Passage]:
        """The best passages, best first; none where the tenant has no documents.

        Raises KnowledgeUnavailable if the knowledge base fails.
        """
        for _ in range(REOPENINGS):
            try:
                opened = self._open(tenant)
                return self._search(opened, question) if opened and opened.chunks else []
            except VersionGone:
                continue
        raise KnowledgeUnavailable("the documents are being replaced faster than they can be read")

    def _open(self, tenant: str) -> Opened | None:
        version = self._library.current(tenant)
        with self._lock:
            opened = self._opened.get(tenant)
        if version is None or (opened is not None and opened.version.name == version.name):
            return opened if version else None
        opened = _opened(version, self._library.chunks(version))
        with self._lock:
            self._opened[tenant] = opened
        return opened

    def _search(self, opened: Opened, text: str) -> list[Passage]:
        text = mended(text, opened.lexical.vocabulary, opened.lexical.knows)
        question = prepare(text, opened.lexical.rarity, embed)
        ranked = fused(self._by_meaning(opened, text), opened.lexical.best(text, CANDIDATES))
        passages = [weigh(question, _body(opened.chunks[place])) for place in ranked[:WEIGHED]]
        return sorted(passages, key=lambda found: found.confidence + found.worth, reverse=True)

    def _by_meaning(self, opened: Opened, text: str) -> list[int]:
        # Vectors of another model lie elsewhere; words alone must do until the next load.
        if opened.version.embedder != self._library.embedder.name:
            return []
        try:
            vector = self._library.embedder.embed([text])[0]
        except EmbeddingUnavailable:
            metrics.BY_WORDS_ALONE.inc()
            return []
        found = self._library.nearest(opened.version, vector, CANDIDATES)
        return [opened.places[chunk_id] for chunk_id in found]


@lru_cache(maxsize=KEPT)
def _body(chunk: Chunk) -> Body:
    return read_body(chunk, embed)


def _opened(version: Version, chunks: tuple[Chunk, ...]) -> Opened:
    # Headings count double: they say what all of a chunk is about.
    texts = [f"{chunk.heading} {chunk.searchable}" for chunk in chunks]
    places = {chunk.id: place for place, chunk in enumerate(chunks)}
    return Opened(version, chunks, places, LexicalIndex(texts))

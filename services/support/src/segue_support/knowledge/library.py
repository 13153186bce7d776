"""Each tenant's documents in Chroma, as versions that never change once they are complete.

A load writes a new collection beside the current one and marks it as ready when everything is in;
readers take the newest that is ready. So there is no moment without answers, no answer from half
a load, and processes that share a folder need not agree on anything: an index that another
process is still writing can't be read in Chroma, a finished one can.
"""

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from segue_support.domain.coverage import Vectors
from segue_support.knowledge.chroma import open_chroma
from segue_support.knowledge.documents import Chunk, KnowledgeUnavailable
from segue_support.knowledge.embedding import Embedder
from segue_support.settings import KnowledgeSettings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

# A load that has not ended by then never will.
ABANDONED_AFTER = timedelta(hours=1)
PAGE = 2_000


class VersionGone(Exception):
    """The version was replaced while it was being read; open the current one."""


@dataclass(frozen=True)
class Version:
    """A complete state of a tenant's documents."""

    name: str
    tenant: str
    digest: str
    embedder: str
    loaded_at: str
    chunks: int


@dataclass(frozen=True)
class Loaded:
    """What a load changed, in chunks."""

    version: Version
    added: int
    kept: int
    removed: int


class Library:
    """All tenants' knowledge in one Chroma; safe to use from several threads."""

    def __init__(self, settings: KnowledgeSettings, embedder: Embedder) -> None:
        self._settings = settings
        self.embedder = embedder
        self._client: ClientAPI | None = None
        self._opening = threading.Lock()

    def current(self, tenant: str) -> Version | None:
        """The newest complete version, or None where nothing was ever loaded."""
        with _chroma_errors():
            ready = [version for version in self._versions(tenant) if version is not None]
        return max(ready, key=lambda version: (version.loaded_at, version.name), default=None)

    def load(self, tenant: str, chunks: Sequence[Chunk], digest: str, now: datetime) -> Loaded:
        """Replace the tenant's documents by these, and remove what is older."""
        before = self.current(tenant)
        known = self._known(before)
        missing = [chunk for chunk in chunks if chunk.id not in known]
        made = self.embedder.embed([chunk.searchable for chunk in missing]) if missing else ()
        vectors = {**known, **{c.id: v for c, v in zip(missing, made, strict=True)}}
        version = Version(
            name=f"{tenant}.{uuid.uuid4().hex[:12]}", tenant=tenant, digest=digest,
            embedder=self.embedder.name, loaded_at=_after(before, now), chunks=len(chunks),
        )  # fmt: skip
        with _chroma_errors():
            self._write(version, chunks, vectors)
            self._remove_older(version, now)
        wanted = {chunk.id for chunk in chunks}
        return Loaded(version, len(missing), len(chunks) - len(missing), len(known.keys() - wanted))

    def remove(self, tenant: str) -> bool:
        """Remove everything that the tenant has; whether there was anything."""
        with _chroma_errors():
            names = [collection.name for collection in self._collections(tenant)]
            for name in names:
                self._chroma().delete_collection(name)
        return bool(names)

    def chunks(self, version: Version) -> tuple[Chunk, ...]:
        """The version's chunks in reading order; raises VersionGone."""
        with self._reading(version):
            collection = self._chroma().get_collection(version.name, embedding_function=None)
            rows: list[tuple[int, Chunk]] = []
            for offset in range(0, version.chunks, PAGE):
                page = collection.get(limit=PAGE, offset=offset, include=["metadatas"])
                rows += [_chunk(dict(entry)) for entry in page["metadatas"] or ()]
        if len(rows) != version.chunks:
            raise VersionGone(version.name)
        return tuple(chunk for _, chunk in sorted(rows, key=lambda row: row[0]))

    def nearest(self, version: Version, vector: Vectors, limit: int) -> list[str]:
        """The IDs of the chunks nearest to a vector, nearest first; raises VersionGone."""
        if not version.chunks:
            return []
        with self._reading(version):
            collection = self._chroma().get_collection(version.name, embedding_function=None)
            found = collection.query(
                query_embeddings=[vector.tolist()], n_results=min(limit, version.chunks), include=[]
            )
        return list(found["ids"][0])

    @contextmanager
    def _reading(self, version: Version) -> Iterator[None]:
        """Tells a version that is being removed, which fails in many ways, from a Chroma that is
        down."""
        try:
            with _chroma_errors():
                yield
        except KnowledgeUnavailable as error:
            if self.current(version.tenant) == version:
                raise
            raise VersionGone(version.name) from error

    def _known(self, version: Version | None) -> dict[str, Vectors]:
        """The vectors that needn't be made again, by chunk."""
        if version is None or version.embedder != self.embedder.name:
            return {}
        known: dict[str, Vectors] = {}
        # A version that another load has just replaced is no loss: vectors are made anew then.
        with suppress(VersionGone), self._reading(version):
            collection = self._chroma().get_collection(version.name, embedding_function=None)
            for offset in range(0, version.chunks, PAGE):
                page = collection.get(limit=PAGE, offset=offset, include=["embeddings"])
                vectors = np.asarray(page["embeddings"], dtype=np.float32)
                known.update(zip(page["ids"], vectors, strict=True))
        return known

    def _write(
        self, version: Version, chunks: Sequence[Chunk], vectors: dict[str, Vectors]
    ) -> None:
        about = {
            "tenant": version.tenant, "digest": version.digest, "embedder": version.embedder,
            "loaded_at": version.loaded_at, "chunks": version.chunks,
        }  # fmt: skip
        client = self._chroma()
        collection = client.create_collection(
            version.name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={**about, "ready": False},
        )
        size = client.get_max_batch_size()
        for start in range(0, len(chunks), size):
            part = chunks[start : start + size]
            collection.add(
                ids=[chunk.id for chunk in part],
                embeddings=[vectors[chunk.id].tolist() for chunk in part],
                documents=[chunk.searchable for chunk in part],
                metadatas=[_row(place, c) for place, c in enumerate(part, start)],
            )
        collection.modify(metadata={**about, "ready": True})

    def _remove_older(self, current: Version, now: datetime) -> None:
        abandoned = (now - ABANDONED_AFTER).isoformat()
        for collection in self._collections(current.tenant):
            about = collection.metadata or {}
            loaded_at = str(about.get("loaded_at", ""))
            limit = current.loaded_at if about.get("ready") else abandoned
            if collection.name != current.name and loaded_at < limit:
                with suppress(VersionGone), _chroma_errors():
                    self._chroma().delete_collection(collection.name)

    def _versions(self, tenant: str) -> Iterator[Version | None]:
        for collection in self._collections(tenant):
            about = collection.metadata or {}
            yield Version(
                collection.name, tenant, str(about["digest"]), str(about["embedder"]),
                str(about["loaded_at"]), int(str(about["chunks"])),
            ) if about.get("ready") else None  # fmt: skip

    def _collections(self, tenant: str) -> list["Collection"]:
        found: list[Collection] = []
        while True:
            page = self._chroma().list_collections(limit=PAGE, offset=len(found))
            found += page
            if len(page) < PAGE:
                return [one for one in found if (one.metadata or {}).get("tenant") == tenant]

    def _chroma(self) -> "ClientAPI":
        with self._opening:
            if self._client is None:
                self._client = open_chroma(self._settings)
            return self._client


@contextmanager
def _chroma_errors() -> Iterator[None]:
    import chromadb.errors
    import httpx

    try:
        yield
    except chromadb.errors.NotFoundError as error:
        raise VersionGone(str(error)) from error
    except (chromadb.errors.ChromaError, httpx.HTTPError, OSError) as error:
        raise KnowledgeUnavailable(f"Chroma failed: {type(error).__name__}") from error


def _after(before: Version | None, now: datetime) -> str:
    """When the new version counts as loaded: never before the one it replaces, whatever clocks
    say."""
    if before is not None and datetime.fromisoformat(before.loaded_at) >= now:
        now = datetime.fromisoformat(before.loaded_at) + timedelta(microseconds=1)
    return now.isoformat(timespec="microseconds")


def _row(place: int, chunk: Chunk) -> dict[str, str | int]:
    return {
        "place": place, "source": chunk.source, "title": chunk.title,
        "path": json.dumps(chunk.path), "blocks": json.dumps(chunk.blocks),
    }  # fmt: skip


def _chunk(row: dict[str, object]) -> tuple[int, Chunk]:
    chunk = Chunk(
        str(row["source"]), str(row["title"]), tuple(json.loads(str(row["path"]))),
        tuple(json.loads(str(row["blocks"]))),
    )  # fmt: skip
    return int(str(row["place"])), chunk

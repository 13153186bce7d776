"""Brings a tenant's folder of documents into the library."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from segue_common.tenants import Tenant

from segue_support.knowledge.chunking import chunks_of
from segue_support.knowledge.documents import Chunk, KnowledgeError
from segue_support.knowledge.folder import Broken, digest_of, read_folder
from segue_support.knowledge.library import Library, Loaded, VersionGone

log = logging.getLogger(__name__)

# Digests that no folder has: the next start of the service finds the folder changed.
EDITED = "edited"
INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Report:
    """What a load did; `skipped` are files of formats that can't be read and empty ones, `broken`
    those that should have been read and couldn't."""

    loaded: Loaded
    documents: int
    skipped: tuple[str, ...]
    broken: tuple[Broken, ...]


def folder_of(tenant: Tenant, tenants_folder: Path) -> Path | None:
    """Where the tenant's documents are; None if its file names no folder."""
    return tenants_folder / tenant.knowledge if tenant.knowledge else None


def load_folder(library: Library, tenant: str, folder: Path, now: datetime) -> Report:
    """Make the folder's documents the tenant's knowledge; of a file that can't be read, what it
    said before stays. Raises KnowledgeError, and changes nothing, if there is no folder."""
    digest = digest_of(folder, library.embedder.name)
    read = read_folder(folder)
    chunks = chunks_of(read.documents)
    if read.broken:
        digest = INCOMPLETE
        unreadable = {file.source for file in read.broken}
        earlier = (one for one in _chunks(library, tenant) if one.source in unreadable)
        chunks = tuple(sorted((*chunks, *earlier), key=lambda chunk: chunk.source))
    loaded = library.load(tenant, chunks, digest, now)
    return Report(loaded, len(read.documents), read.skipped, read.broken)


def load_if_changed(library: Library, tenant: str, folder: Path, now: datetime) -> Report | None:
    """The same, unless the library has this very content already."""
    current = library.current(tenant)
    if current is not None and current.digest == digest_of(folder, library.embedder.name):
        return None
    return load_folder(library, tenant, folder, now)


def documents_in(library: Library, tenant: str) -> dict[str, list[Chunk]]:
    """The tenant's chunks by document."""
    found: dict[str, list[Chunk]] = {}
    for chunk in _chunks(library, tenant):
        found.setdefault(chunk.source, []).append(chunk)
    return found


def remove_documents(
    library: Library, tenant: str, sources: Iterable[str], now: datetime
) -> Loaded:
    """Go on without these documents; raises KnowledgeError naming one that isn't there."""
    chunks, gone = _chunks(library, tenant), set(sources)
    if unknown := gone - {chunk.source for chunk in chunks}:
        raise KnowledgeError(f"{tenant} has no document {sorted(unknown)[0]}")
    kept = [chunk for chunk in chunks if chunk.source not in gone]
    return library.load(tenant, kept, EDITED, now)


def _chunks(library: Library, tenant: str) -> tuple[Chunk, ...]:
    while (version := library.current(tenant)) is not None:
        try:
            return library.chunks(version)
        except VersionGone:
            log.info("the documents were replaced while they were read")
    return ()

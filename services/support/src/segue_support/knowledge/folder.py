"""Reads a knowledge folder: every document in it, and what the folder's content amounts to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segue_support.knowledge.documents import Document, KnowledgeError
from segue_support.knowledge.readers import READERS, read_document

# Goes up when reading or cutting changes, so that services load what they have once more.
FORMAT = 1


@dataclass(frozen=True)
class Folder:
    """The documents of a folder; `skipped` are files of formats that can't be read."""

    documents: tuple[Document, ...]
    skipped: tuple[str, ...]


def read_folder(folder: Path) -> Folder:
    """Every readable document; raises KnowledgeError for a folder that isn't there or a file
    that is broken, so that nothing is replaced by half of what was meant."""
    readable = [path for path in _files(folder) if path.suffix.lower() in READERS]
    skipped = (path for path in _files(folder) if path.suffix.lower() not in READERS)
    documents = (read_document(path, _source(path, folder)) for path in readable)
    return Folder(
        tuple(document for document in documents if document.sections),
        tuple(_source(path, folder) for path in skipped),
    )


def digest_of(folder: Path, embedder: str) -> str:
    """What identifies the folder's content as it would be stored."""
    digest = hashlib.sha256(f"{FORMAT}\n{embedder}\n".encode())
    for path in _files(folder):
        if path.suffix.lower() in READERS:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{_source(path, folder)}\n{content}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise KnowledgeError(f"{folder}: no such folder")
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path


def _source(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()

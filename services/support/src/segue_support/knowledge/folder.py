"""Reads a knowledge folder: every document in it, and what the folder's content amounts to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segue_support.knowledge.documents import Document, KnowledgeError
from segue_support.knowledge.readers import READERS, read_document

# Goes up when reading or cutting changes, so that services load what they have once more.
FORMAT = 2


@dataclass(frozen=True)
class Broken:
    """A file that can't be read; the reason names the file and says what to do."""

    source: str
    reason: str


@dataclass(frozen=True)
class Folder:
    """The documents of a folder; `skipped` are files of formats that can't be read, and empty
    ones."""

    documents: tuple[Document, ...]
    skipped: tuple[str, ...]
    broken: tuple[Broken, ...]


def read_folder(folder: Path) -> Folder:
    """Every readable document; raises KnowledgeError for a folder that isn't there."""
    documents: list[Document] = []
    skipped: list[str] = []
    broken: list[Broken] = []
    for path in _files(folder):
        source = _source(path, folder)
        if path.suffix.lower() not in READERS:
            skipped.append(source)
            continue
        try:
            document = read_document(path, source)
        except KnowledgeError as error:
            broken.append(Broken(source, str(error)))
        else:
            if document.sections:
                documents.append(document)
            else:
                skipped.append(source)
    return Folder(tuple(documents), tuple(skipped), tuple(broken))


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

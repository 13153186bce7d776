"""What documents and their chunks are."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath


class KnowledgeError(Exception):
    """Documents can't be read, stored or searched; the message says what to do about it."""


class KnowledgeUnavailable(KnowledgeError):
    """Chroma or the embedding endpoint is away: the same works later."""


class EmbeddingUnavailable(KnowledgeUnavailable):
    """The embedding endpoint is away: documents can be searched by their words alone."""


@dataclass(frozen=True)
class Section:
    """The text under one heading: `path` are the headings above it, outermost first, and each
    block is a paragraph or a list item."""

    path: tuple[str, ...]
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One file of a knowledge folder; `source` is its path inside the folder."""

    source: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Chunk:
    """What is found and quoted: a part of one section. Its ID comes from its content alone."""

    source: str
    title: str
    path: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The blocks, one a line."""
        return "\n".join(self.blocks)

    @property
    def heading(self) -> str:
        """The title path, without saying anything twice: `Prices › Ways to pay`."""
        return " › ".join(dict.fromkeys((self.title, *self.path)))

    @property
    def searchable(self) -> str:
        """What is embedded and searched: the title path, then the text."""
        return f"{self.heading}\n{self.text}"

    @property
    def id(self) -> str:
        """The same content at the same place is the same chunk, in every version."""
        content = "\x1f".join((self.source, self.title, *self.path, "", *self.blocks))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def title_from(source: str) -> str:
    """A title for a document that has none: `first-visit.txt` is `First visit`."""
    words = PurePosixPath(source).stem.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] or source

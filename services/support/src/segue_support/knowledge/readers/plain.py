"""Reads plain text: paragraphs, without headings."""

import re

from segue_support.knowledge.documents import Document, Section, title_from


def read_plain(source: str, text: str) -> Document:
    """The document; blank lines part its paragraphs."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    blocks = tuple(part for part in paragraphs if part)
    return Document(source, title_from(source), (Section((), blocks),) if blocks else ())

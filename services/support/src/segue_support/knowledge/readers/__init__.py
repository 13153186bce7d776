"""Reads documents of several formats into sections of plain text."""

from collections.abc import Callable
from pathlib import Path

from segue_support.knowledge.documents import Document, KnowledgeError
from segue_support.knowledge.readers.faq import read_csv, read_yaml
from segue_support.knowledge.readers.html import read_html
from segue_support.knowledge.readers.markdown import read_markdown
from segue_support.knowledge.readers.plain import read_plain

Reader = Callable[[str, str], Document]

READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".txt": read_plain,
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".csv": read_csv,
}


def read_document(path: Path, source: str) -> Document:
    """One file, named `source` in answers; raises KnowledgeError saying what is wrong with it."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror}") from error
    try:
        return READERS[path.suffix.lower()](source, text)
    except ValueError as error:
        raise KnowledgeError(f"{path}: {error}") from error

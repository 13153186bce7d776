"""Reads documents of several formats into sections of plain text."""

from collections.abc import Callable
from pathlib import Path

from segue_support.knowledge.documents import Document, KnowledgeError
from segue_support.knowledge.readers.faq import read_csv, read_yaml
from segue_support.knowledge.readers.html import read_html
from segue_support.knowledge.readers.markdown import read_markdown
from segue_support.knowledge.readers.pdf import read_pdf
from segue_support.knowledge.readers.plain import read_plain

Reader = Callable[[str, bytes], Document]


def _text(read: Callable[[str, str], Document]) -> Reader:
    def reader(source: str, content: bytes) -> Document:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError("not UTF-8 text: save it as UTF-8") from error
        return read(source, text)

    return reader


READERS: dict[str, Reader] = {
    ".md": _text(read_markdown),
    ".markdown": _text(read_markdown),
    ".html": _text(read_html),
    ".htm": _text(read_html),
    ".txt": _text(read_plain),
    ".yaml": _text(read_yaml),
    ".yml": _text(read_yaml),
    ".csv": _text(read_csv),
    ".pdf": read_pdf,
}


def read_document(path: Path, source: str) -> Document:
    """One file, named `source` in answers; raises KnowledgeError saying what is wrong with it."""
    try:
        return READERS[path.suffix.lower()](source, path.read_bytes())
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise KnowledgeError(f"{path}: {error}") from error

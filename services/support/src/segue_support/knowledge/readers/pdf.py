"""Reads PDF: larger print makes headings, and what stands apart makes blocks."""

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from segue_support.knowledge.documents import Document, title_from
from segue_support.knowledge.readers.outline import Outline

if TYPE_CHECKING:
    import pypdf

# What it can mend is not worth a line, and what it can't is told in our words.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# Print counts as a heading from this many times the size of the running text, up to a length.
LARGER = 1.12
LONGEST_HEADING = 120
# A gap between lines parts paragraphs if it is so many times the usual one.
WIDER = 1.3
# What stands on this many pages and more, page numbers aside, is a header or a footer.
REPEATED = 3
_BULLET = re.compile(r"^\s*(?:[•◦▪●‣–—*-]|\d{1,2}[.)])\s+")
_ENDED = re.compile(r"[.!?:][\"'”’)]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-$")

LOCKED = "is protected by a password: put a copy without one in its place"
BROKEN = "can't be read as a PDF: open it, export it as PDF again, and put that in its place"
SCANNED = (
    "holds pictures of text and no text, as a scan does: run text recognition over it (such as "
    "ocrmypdf), or write its content as Markdown"
)


class _Locked(Exception):
    """Opening the file takes a password."""


@dataclass(frozen=True)
class Line:
    """One printed line: its text, the size of its print and its height on the page, in points."""

    text: str
    size: float
    height: float


def read_pdf(source: str, content: bytes) -> Document:
    """The document; its title is the first of the largest headings, or its file's name. Raises
    ValueError saying what is wrong with the file and what to do."""
    pages = _without_running_titles(_pages(content))
    if sum(not page for page in pages) * 2 > len(pages) or not pages:
        raise ValueError(SCANNED)
    body = _body_size(pages)
    levels = _levels(pages, body)
    outline = Outline(title_from(source))
    for page in pages:
        _take(outline, page, levels)
    return outline.document(source)


def _pages(content: bytes) -> list[list[Line]]:
    import pypdf  # takes a while, and most businesses have no PDF

    try:
        file = pypdf.PdfReader(io.BytesIO(content))
        # Many files are locked against changes only, and open with the empty password.
        if file.is_encrypted and not file.decrypt(""):
            raise _Locked
        return [_lines(page) for page in file.pages]
    except (_Locked, pypdf.errors.DependencyError) as error:
        # The stronger ciphers want another package; such a file is no less locked.
        raise ValueError(LOCKED) from error
    except Exception as error:  # pypdf raises whatever a malformed file leads it to
        raise ValueError(BROKEN) from error


def _lines(page: "pypdf.PageObject") -> list[Line]:
    found: list[Line] = []
    open_parts: list[Line] = []

    def end() -> None:
        text = " ".join("".join(part.text for part in open_parts).split())
        if text:
            printed = [part for part in open_parts if part.text.strip()]
            found.append(Line(text, max(part.size for part in printed), printed[0].height))
        open_parts.clear()

    def visit(
        text: str, matrix: Sequence[float], place: Sequence[float], _font: object, size: float
    ) -> None:
        scale = abs(place[3] * matrix[3]) or 1.0
        height = place[5] * matrix[3] + matrix[5]
        first, *more = text.split("\n")
        open_parts.append(Line(first, size * scale, height))
        for part in more:
            end()
            open_parts.append(Line(part, size * scale, height))

    page.extract_text(visitor_text=visit)
    end()
    return found


def _without_running_titles(pages: list[list[Line]]) -> list[list[Line]]:
    def shape(line: Line) -> str:
        return re.sub(r"\d+", "#", line.text)

    seen = Counter(text for page in pages for text in {shape(line) for line in page})
    return [[line for line in page if seen[shape(line)] < REPEATED] for page in pages]


def _body_size(pages: list[list[Line]]) -> float:
    """The size of most of the letters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _levels(pages: list[list[Line]], body: float) -> dict[float, int]:
    """The heading level of each size that is larger than the running text, largest first."""
    larger = {
        round(line.size, 1)
        for page in pages
        for line in page
        if line.size >= body * LARGER and len(line.text) <= LONGEST_HEADING
    }
    return {size: level for level, size in enumerate(sorted(larger, reverse=True)[:6], start=1)}


def _take(outline: Outline, page: list[Line], levels: dict[float, int]) -> None:
    gaps = [abs(upper.height - lower.height) for upper, lower in pairwise(page)]
    # Headings and paragraphs stand apart; the lines of one paragraph are the close ones.
    usual = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    waiting = ""
    for line, gap in zip(page, [0.0, *gaps], strict=True):
        level = levels.get(round(line.size, 1))
        bullet = _BULLET.match(line.text)
        if level is not None or bullet or gap > WIDER * usual:
            outline.line(waiting)
            outline.end_block()
            waiting = ""
        text = line.text[bullet.end() :] if bullet else line.text
        if level is not None:
            outline.heading(level, text)
        elif _HYPHEN.search(waiting) and text[:1].islower():
            waiting = waiting[:-1] + text
        else:
            waiting = f"{waiting} {text}".strip()
    outline.line(waiting)
    # A sentence may go on over the page.
    if _ENDED.search(waiting):
        outline.end_block()

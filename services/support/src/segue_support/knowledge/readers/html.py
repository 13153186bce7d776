"""Reads HTML: what a visitor reads of the page, by its headings."""

import re
from html.parser import HTMLParser

from segue_support.knowledge.documents import Document, title_from
from segue_support.knowledge.readers.outline import Outline

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "p", "li", "div", "section", "article", "main", "tr", "dd", "dt", "blockquote", "pre", "br",
    "ul", "ol", "table", "figcaption", "address", "body",
}  # fmt: skip
# Navigation and the like would be found instead of answers.
_HIDDEN = {"script", "style", "nav", "template", "noscript", "svg", "form", "footer", "head"}
_SPACE = re.compile(r"\s+")


def read_html(source: str, text: str) -> Document:
    """The document; its title is the first `h1`, or its file's name."""
    reader = _Reader(Outline(title_from(source)))
    reader.feed(text)
    reader.close()
    reader.flush()
    return reader.outline.document(source)


class _Reader(HTMLParser):
    def __init__(self, outline: Outline) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = outline
        self._text: list[str] = []
        self._heading: int | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            # HTML may leave out the end of the head.
            self._hidden = 0
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _HEADINGS:
            self.flush()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self.flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in ("td", "th"):
            self._text.append(": ")
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(data)

    def flush(self) -> None:
        """Hand over the text read so far, as a heading or as a block."""
        text = _SPACE.sub(" ", "".join(self._text)).strip().strip(":").strip()
        self._text = []
        if self._heading is not None:
            self.outline.heading(self._heading, text)
            self._heading = None
        elif text:
            self.outline.block(text.replace(" : ", ": "))

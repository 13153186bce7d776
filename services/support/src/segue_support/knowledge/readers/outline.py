"""Collects headings and blocks, in reading order, into a document's sections."""

from segue_support.knowledge.documents import Document, Section


class Outline:
    """A document being read: headings open sections, lines join into blocks."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._titled = False
        self._path: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._lines: list[str] = []
        self._sections: list[Section] = []

    @property
    def has_open_line(self) -> bool:
        """Whether a block is being read that has exactly one line so far."""
        return len(self._lines) == 1

    def heading(self, level: int, text: str) -> None:
        """A heading: the first one of level 1 is the document's title."""
        self._end_section()
        if level == 1 and not self._titled and not self._sections:
            self._title, self._titled, self._path = text, True, []
            return
        self._path = [entry for entry in self._path if entry[0] < level]
        if text:
            self._path.append((level, text))

    def underlined(self, level: int) -> None:
        """The open line turns out to be a heading."""
        text = self._lines.pop()
        self.heading(level, text)

    def line(self, text: str) -> None:
        """One more line of the open block."""
        if text:
            self._lines.append(text)

    def block(self, text: str) -> None:
        """A block of its own."""
        self.end_block()
        self.line(text)
        self.end_block()

    def end_block(self) -> None:
        """What follows is another block."""
        if self._lines:
            self._blocks.append(" ".join(self._lines))
            self._lines = []

    def document(self, source: str) -> Document:
        """Everything collected."""
        self._end_section()
        return Document(source, self._title, tuple(self._sections))

    def _end_section(self) -> None:
        self.end_block()
        if self._blocks:
            path = tuple(text for _, text in self._path)
            self._sections.append(Section(path, tuple(self._blocks)))
            self._blocks = []

"""Cuts documents into chunks: along headings first, then paragraphs, then sentences."""

from collections.abc import Iterable, Iterator

from segue_support.domain.text import sentences
from segue_support.knowledge.documents import Chunk, Document

# Long enough for one thought, short enough that a chunk is about one thing.
LONGEST_CHUNK = 900


def chunks_of(documents: Iterable[Document], longest: int = LONGEST_CHUNK) -> tuple[Chunk, ...]:
    """Every chunk once, in reading order."""
    found = {
        chunk.id: chunk
        for document in documents
        for section in document.sections
        for blocks in _packed(section.blocks, longest)
        if (chunk := Chunk(document.source, document.title, section.path, blocks))
    }
    return tuple(found.values())


def _packed(blocks: tuple[str, ...], longest: int) -> Iterator[tuple[str, ...]]:
    """Blocks together up to the longest chunk; a block that is longer is cut at sentences."""
    packed: list[str] = []
    for block in _cut(blocks, longest):
        if packed and sum(map(len, packed)) + len(packed) + len(block) > longest:
            yield tuple(packed)
            packed = []
        packed.append(block)
    if packed:
        yield tuple(packed)


def _cut(blocks: tuple[str, ...], longest: int) -> Iterator[str]:
    for block in blocks:
        if len(block) <= longest:
            yield block
            continue
        part = ""
        for sentence in sentences(block):
            for piece in _pieces(sentence, longest):
                if part and len(part) + 1 + len(piece) > longest:
                    yield part
                    part = ""
                part = f"{part} {piece}".strip()
        if part:
            yield part


def _pieces(sentence: str, longest: int) -> Iterator[str]:
    """A sentence without end, such as a listing, in pieces that break between words if it can."""
    while len(sentence) > longest:
        cut = sentence.rfind(" ", 1, longest + 1)
        cut = cut if cut > 0 else longest
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence

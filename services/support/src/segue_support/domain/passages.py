"""What a found chunk is worth as an answer, and which of its sentences say it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segue_support.domain.coverage import SYNONYM, Embed, Question, Vectors
from segue_support.domain.text import content_words, days_between, sentences
from segue_support.knowledge.documents import Chunk

# As much as one reads in a chat without scrolling.
LONGEST_EXTRACT = 350
# A sentence joins the best one if it is worth at least this share of it.
JOINS_FROM = 0.88
# How much the words of a chunk, the meaning of its best sentence and the kind of answer count.
WORDS, MEANING, KIND = 0.65, 0.25, 0.10
# Likeness of whole sentences runs between these in practice.
FAR, CLOSE = 0.1, 0.65

# What a question of a kind asks for, and what a text that holds it looks like.
_KINDS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds))
    for asks, holds in (
        (
            r"how much|\bprices?\b|\bcosts?\b|\bfees?\b|\bcharge|cu[aá]nto (?:cuesta|vale)|precio",
            r"(?i)[$€£]\s?\d|\d\s?(?:dollars|euros|USD|EUR)|\bfree\b|gratis",
        ),
        (
            r"how (?:long|old|soon|often|far)|cu[aá]nto (?:dura|tiempo)",
            r"(?i)\b(?:minutes?|hours?|days?|weeks?|months?|years?|miles?|age|every|once|twice"
            r"|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?)\b",
        ),
        (r"^who\b|\bwho(?:'s| is| are| does)\b", r"\b(?:Dr|Mr|Mrs|Ms)\b|\b[A-Z]\w+ [A-Z]\w+"),
        (
            r"how many|cu[aá]nt[oa]s",
            r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b",
        ),
        (
            r"\bwhen\b|what time|how (?:late|early)|\bhours\b|cu[aá]ndo|horario|a qu[eé] hora",
            r"(?i)\d\s?[ap]\.?m\b|\d:\d\d|\d\s?h\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
            r"|\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bados?|domingos?)\b",
        ),
    )
)
# A passage without what the kind of question asks for is hardly an answer.
WITHOUT_KIND = 0.8
# A sentence that starts so says nothing without the one before it.
_LEANS = re.compile(
    r"(?:they|it|its|this|that|these|those|he|she|otherwise|also|then|esto|eso|ellos)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Body:
    """A chunk taken apart: its sentences with the place of the block and a vector for each, and
    the words of its heading and of each sentence with theirs."""

    chunk: Chunk
    lines: tuple[str, ...]
    blocks: tuple[int, ...]
    meanings: Vectors
    heading_words: Sequence[str]
    line_words: Sequence[Sequence[str]]
    vectors: Mapping[str, Vectors]


@dataclass(frozen=True)
class Line:
    """One sentence of a chunk: the place of its block, what it is worth for the question, and
    which of the question's words it meets."""

    text: str
    block: int
    worth: float
    meets: frozenset[int]


@dataclass(frozen=True)
class Passage:
    """A chunk beside a question: how likely it is to hold the answer, from 0 to 1, and what its
    best sentence is worth among others."""

    chunk: Chunk
    confidence: float
    worth: float
    lines: tuple[Line, ...]


def read_body(chunk: Chunk, embed: Embed) -> Body:
    """Take a chunk apart, which costs more than comparing it with a question."""
    placed = [
        (place, line)
        for place, block in enumerate(chunk.blocks)
        for line in sentences(block) or [block]
    ]
    lines = [line for _, line in placed]
    heading = content_words(chunk.heading)
    words = [[*content_words(line), *days_between(line)] for line in lines]
    vocabulary = list(dict.fromkeys([*heading, *(word for row in words for word in row)]))
    vectors = embed([*vocabulary, *(f"{chunk.heading}: {line}" for line in lines)])
    rows = dict(zip(vocabulary, vectors[: len(vocabulary)], strict=True))
    blocks = tuple(place for place, _ in placed)
    return Body(chunk, tuple(lines), blocks, vectors[len(vocabulary) :], heading, words, rows)


def weigh(question: Question, body: Body) -> Passage:
    """What the chunk is worth for the question."""
    meaning = body.meanings @ question.vector
    lines = tuple(
        _line(
            question,
            line,
            block,
            _met(question, body, words),
            _met(question, body, [*body.heading_words, *words]),
            like,
        )
        for line, block, words, like in zip(
            body.lines, body.blocks, body.line_words, meaning.tolist(), strict=True
        )
    )
    best = max(lines, key=lambda line: line.worth)
    whole = question.share(_met(question, body, list(body.vectors)))
    kind = _kind(question.text, _paragraph(lines, best.block))
    confidence = WORDS * whole + MEANING * _between(float(np.max(meaning))) + KIND * kind
    confidence *= 1.0 if kind else WITHOUT_KIND
    return Passage(body.chunk, confidence, best.worth, lines)


def _met(question: Question, body: Body, words: Sequence[str]) -> tuple[float, ...]:
    own = list(dict.fromkeys(words))
    return question.met(own, np.asarray([body.vectors[word] for word in own], dtype=np.float32))


def extract(passages: Sequence[Passage], longest: int = LONGEST_EXTRACT) -> str:
    """The sentences of the best passage that answer best, in their order; the paragraph of the
    best one whole if it fits, since whoever wrote it meant it to be read together."""
    lines = passages[0].lines
    best = max(range(len(lines)), key=lambda place: lines[place].worth)
    chosen = {place for place, line in enumerate(lines) if line.block == lines[best].block}
    if _size(lines, chosen) > longest:
        chosen = {best}
    chosen = _with_support(lines, chosen)
    for place in sorted(range(len(lines)), key=lambda place: -lines[place].worth):
        said = frozenset[int]().union(*(lines[one].meets for one in chosen))
        as_good = lines[place].worth >= JOINS_FROM * lines[best].worth
        more = _with_support(lines, chosen | {place})
        if (as_good or lines[place].meets - said) and _size(lines, more) <= longest:
            chosen = more
    if _size(lines, chosen) > longest:
        chosen = {best}
    return _shortened(" ".join(lines[place].text for place in sorted(chosen)), longest)


def _line(
    question: Question,
    text: str,
    block: int,
    own: tuple[float, ...],
    with_heading: tuple[float, ...],
    like: float,
) -> Line:
    """A sentence's own words count besides the heading's, which all its neighbours share."""
    words = 0.5 * question.share(own) + 0.5 * question.share(with_heading)
    worth = WORDS * words + MEANING * _between(like) + 2 * KIND * _kind(question.text, text)
    return Line(text, block, worth, frozenset(i for i, part in enumerate(own) if part >= SYNONYM))


def _kind(question: str, text: str) -> float:
    """1 if the text holds what such a question asks for (a sum, a span, a time, a count), 0 if
    not, and 0.5 where the question asks for none of these."""
    asked = next((holds for asks, holds in _KINDS if asks.search(question)), None)
    if asked is None:
        return 0.5
    return 1.0 if asked.search(text) else 0.0


def _between(like: float) -> float:
    return min(max((like - FAR) / (CLOSE - FAR), 0.0), 1.0)


def _paragraph(lines: Sequence[Line], block: int) -> str:
    return " ".join(line.text for line in lines if line.block == block)


def _with_support(lines: Sequence[Line], chosen: set[int]) -> set[int]:
    """The chosen lines, and those that they lean on."""
    wanted = set(chosen)
    for place in chosen:
        while place > 0 and _LEANS.match(lines[place].text):
            place -= 1
            wanted.add(place)
    return wanted


def _size(lines: Sequence[Line], chosen: set[int]) -> int:
    return sum(len(lines[place].text) + 1 for place in chosen) - 1


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = text.rfind(" ", 0, longest - 1)
    return text[: cut if cut > 0 else longest - 1].rstrip(" ,;:") + "…"

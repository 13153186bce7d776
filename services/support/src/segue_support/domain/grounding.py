"""Whether words that a model suggests say nothing that the passages don't."""

import re
from collections.abc import Sequence
from typing import Literal

from segue_dialogue.model.figures import numbers_in
from segue_dialogue.model.wording import leaks
from segue_dialogue.model.words import speaks_of, words_of
from segue_dialogue.understanding import detect_language

from segue_support.domain.text import content_words, sentences, stem

Ungrounded = Literal["words_long", "words_unsourced", "words_figure", "words_link",
    "words_promise", "words_claim", "words_leak", "words_elsewhere"]  # fmt: skip

LONGEST = 700
# In the passages' own language an answer is made of their words, and of a few of its own.
OWN_WORDS = 0.5
# A sentence that promises something stands in the passages, but for how it is put.
PROMISED = 0.6

_LINK = re.compile(
    r"https?:\S+|www\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}\b", re.IGNORECASE
)
_CLAIMS = ("done", "machine", "human", "payment", "others")
_NOT = re.compile(
    r"\b(?:no|not|never|without|cannot|nothing|none|nor)\b|n['’]t\b|\b(?:sin|nunca|kein\w*|nicht|pas|não|non|geen|niet)\b"
    r"|不|没|無い|ない|नहीं|ليس|لا |بدون",
    re.IGNORECASE,
)


def ungrounded(
    answer: str, passages: Sequence[str], question: str, instructions: str = ""
) -> Ungrounded | None:
    """What the answer says that the cited passages don't, or None.

    Every number, link, spelled number and promise stands in the passages; claims about bookings,
    calls, payments, other people or the machine are theirs too. An answer in their language is
    made of their words. None of it is out of the instructions.
    """
    if not answer.strip() or len(answer) > LONGEST:
        return "words_long"
    if not passages:
        return "words_unsourced"
    said = "\n".join(passages)
    if set(numbers_in(answer)) - set(numbers_in(said)):
        return "words_figure"
    if _new(words_of("refusals.numbers", answer), said):
        return "words_figure"
    if _new(_LINK.findall(answer), said):
        return "words_link"
    lines = sentences(answer)
    if not all(_is_said("promise", line, passages) for line in lines):
        return "words_promise"
    if not all(_is_claimed(what, line, passages) for what in _CLAIMS for line in lines):
        return "words_claim"
    if leaks(answer, instructions):
        return "words_leak"
    return None if _in_their_words(answer, said, question) else "words_elsewhere"


def grounded(answer: str, passages: Sequence[str], question: str = "") -> bool:
    """Whether the passages bear the answer out."""
    return ungrounded(answer, passages, question) is None


def _new(found: Sequence[str], said: str) -> bool:
    folded = said.casefold()
    return any(words.casefold().rstrip(".,;!?") not in folded for words in found)


def _is_claimed(what: str, line: str, passages: Sequence[str]) -> bool:
    said = "\n".join(passages)
    if _same_language(line, said):
        return _is_said(what, line, passages)
    return speaks_of(f"refusals.{what}", line) <= speaks_of(f"refusals.{what}", said)


def _is_said(what: str, line: str, passages: Sequence[str]) -> bool:
    """A promise or a claim may cost somebody: its sentence says what one of the passages' says,
    and not what one denies. In another language there are no words to compare by."""
    if not speaks_of(f"refusals.{what}", line):
        return True
    wanted = {stem(word) for word in content_words(line)}
    for text in (text for passage in passages for text in sentences(passage)):
        if not speaks_of(f"refusals.{what}", text) or _denies(text) > _denies(line):
            continue
        shared = wanted & {stem(word) for word in content_words(text)}
        if not wanted or len(shared) >= PROMISED * len(wanted):
            return True
    return False


def _denies(text: str) -> bool:
    return _NOT.search(text) is not None


def _in_their_words(answer: str, said: str, question: str) -> bool:
    if not _same_language(answer, said):
        return True
    wanted = {stem(word) for word in content_words(answer)}
    known = {stem(word) for word in content_words(f"{said}\n{question}")}
    return len(wanted & known) >= OWN_WORDS * len(wanted)


def _same_language(text: str, said: str) -> bool:
    language = detect_language(said, "en")
    return detect_language(text, language) == language

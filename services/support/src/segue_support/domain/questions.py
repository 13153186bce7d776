"""What a person asked: the questions in their messages, and what a short one refers to."""

import re
from collections.abc import Sequence

from segue_support.domain.text import content_words, sentences

_OPENING = (
    r"what(?:'?s)?|when|where(?:'?s)?|who(?:'?s)?|whom|whose|which|why|how(?:'?s)?|is|are|was|do|does"
    r"|did|can|could|will|would|should|may|have|has|any chance"
    r"|qu[eé]|cu[aá]ndo|d[oó]nde|qui[eé]n(?:es)?|cu[aá]l(?:es)?|cu[aá]nt[oa]s?|c[oó]mo|por qu[eé]"
    r"|puedo|pueden|tienen|hay|aceptan|hacen|es|son|est[aá]n?"
)
_LEAD_IN = (
    r"(?:(?:hi|hello|hey|hola|thanks|thank you|ok(?:ay)?|yes|yeah|no|so|and|also|but|oh|well|great"
    r"|y|gracias|por favor|quick question|one more (?:thing|question))\b[\s,.!:;-]*)*"
)
_ASKS = re.compile(rf"^{_LEAD_IN}(?:{_OPENING})\b", re.IGNORECASE)
_TELLS_WISH = re.compile(
    r"\b(?:tell me|let me know|(?:like|want|need) to know|wonder(?:ing)?|quisiera saber"
    r"|quiero saber|d[ií]game)\b",
    re.IGNORECASE,
)
# "What are your hours and do you take Cigna" asks two things.
_JOINT = re.compile(
    rf"(?:,\s*(?:and|also|y)?|\s+(?:and|also|y))\s+(?=(?:also\s+)?(?:{_OPENING})\b\s+\w+\s+\w+)",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|that|those|these|this|one|ones|there|eso|esto|ellos|lo)\b",
    re.IGNORECASE,
)
_WANTS_TO_ASK = re.compile(
    r"\b(?:question|ask|help|know|info(?:rmation)?|pregunta|ayuda|saber)\b", re.IGNORECASE
)
# What was asked of the earlier thing is not asked of it again.
_ASKED_BEFORE = frozenset(
    {
        "accept",
        "close",
        "cost",
        "costs",
        "last",
        "lasts",
        "much",
        "open",
        "pay",
        "price",
        "prices",
        "take",
        "takes",
    }
)
MOST_QUESTIONS = 5


def questions_in(texts: Sequence[str]) -> tuple[str, ...]:
    """Everything that is asked in the messages, in order; at most five."""
    found = [
        part
        for text in texts
        for sentence in sentences(text)
        for part in _parts(sentence)
        if _is_question(part) and content_words(part)
    ]
    return tuple(dict.fromkeys(found))[:MOST_QUESTIONS]


def wants_to_ask(texts: Sequence[str]) -> bool:
    """Whether somebody says that they have a question without asking it."""
    return any(_WANTS_TO_ASK.search(text) for text in texts)


def ways_to_read(question: str, earlier: Sequence[str]) -> tuple[str, ...]:
    """What to search for, likeliest first: a question that refers to something takes along what
    the lead spoke of before ("and how long do they take?")."""
    topic = _topic(earlier)
    if topic is None:
        return (question,)
    with_topic = f"{question} {topic}"
    if _REFERS.search(question):
        return (with_topic, question)
    return (question, with_topic) if len(content_words(question)) < 2 else (question,)


def _parts(sentence: str) -> list[str]:
    return [part.strip() for part in _JOINT.split(sentence) if part.strip()]


def _is_question(part: str) -> bool:
    return "?" in part or bool(_ASKS.match(part)) or bool(_TELLS_WISH.search(part))


def _topic(earlier: Sequence[str]) -> str | None:
    for text in reversed(earlier):
        words = [word for word in content_words(text) if word not in _ASKED_BEFORE]
        if words:
            return " ".join(words[-6:])
    return None

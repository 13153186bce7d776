"""Yes and no, greetings and thanks."""

import re
from functools import cache

from segue_dialogue.understanding.language import is_small_word
from segue_dialogue.understanding.lexicon import matches_any, pattern, phrases
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.models import Affirmation

ABOUT_A_CALL = ("consent_call", "offer_next_step")
_SHORT = 4  # words; a longer answer that opens with a no says more than no
# What may stand before an answer without changing it.
_LEAD_IN = re.compile(
    r"^(?:[\W_]|(?:oh|um+|uh+|ah|hmm+|well|so|actually|hi|hello|hey|thanks|thank you|and|but)\b)*"
)


def affirmation(
    message: Message,
    spoken: tuple[str, ...],
    others: tuple[str, ...] = (),
    *,
    asked: str | None = None,
) -> Affirmation | None:
    """Whether the message opens with a yes or a no, in words or as a sign (👍).

    "Yes, but not now" is neither. To `asked` about a call, "I prefer text" is a no. `others` are
    languages that it may be in as well.
    """
    if asked in ABOUT_A_CALL and matches_any("call_refused", spoken, message.plain):
        return "no"
    answer = _opened(message, spoken, others)
    if answer == "yes" and matches_any("affirm_but", spoken, message.plain):
        return None
    return answer


def _opened(
    message: Message, spoken: tuple[str, ...], others: tuple[str, ...]
) -> Affirmation | None:
    opening = _opening(message.plain)
    # "No idea" is English, whatever "no" means elsewhere.
    known = bool(message.words) and is_small_word(message.words[0], spoken)
    for language in dict.fromkeys((*spoken, *(() if known else others))):
        if pattern(language, "deny").match(opening):
            return "no"
        if pattern(language, "affirm").match(opening):
            return "yes"
    shown = {answer for char in message.original for answer in _marks().get(char, ())}
    return shown.pop() if len(shown) == 1 else None


def greets(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether the message opens with a greeting."""
    opening = message.plain.lstrip(" \n\t\"'!.,¡¿*_~-")
    return any(pattern(language, "greeting").match(opening) for language in spoken)


def thanks(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether the person thanks."""
    return matches_any("thanks", spoken, message.plain) is not None


def declines(
    message: Message, spoken: tuple[str, ...], *, flat: bool = True
) -> re.Match[str] | None:
    """Where the person says that they don't know or would rather not say.

    With `flat` a mere no counts too, and the words may go on; without it, they say little else.
    """
    if found := matches_any("refusal", spoken, message.plain):
        rest = len(message.words) - len(found[0].split())
        return found if flat or rest <= _SHORT else None
    if not flat or len(message.words) > _SHORT:
        return None
    flat_no = (pattern(language, "deny").search(message.plain) for language in spoken)
    return next((no for no in flat_no if no), None)


def _opening(plain: str) -> str:
    found = _LEAD_IN.match(plain)
    return plain[found.end() :] if found else plain


@cache
def _marks() -> dict[str, tuple[Affirmation, ...]]:
    marks: dict[str, tuple[Affirmation, ...]] = {}
    for mark in phrases("en", "affirm_marks"):
        marks[mark] = ("yes",)
    for mark in phrases("en", "deny_marks"):
        marks[mark] = ("no",)
    return marks

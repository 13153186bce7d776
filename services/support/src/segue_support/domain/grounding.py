"""Whether words that a model suggests say nothing that the passages don't."""

import re
from collections.abc import Sequence

from segue_dialogue.model.values import numbers_in

_LINK = re.compile(
    r"https?:\S+|www\.\S+|\S+@\S+|\b[\w-]+\.(?:com|org|net|info|io)\b", re.IGNORECASE
)
# A promise that costs money must stand in the documents in so many words.
_PROMISE = re.compile(
    r"\b(?:discount|rebate|coupon|voucher|special offer|half[- ]price|for free|free of charge"
    r"|complimentary|refund|money back|guarantee|descuento|gratis|gratuit[oa]|reembols|garant[ií])",
    re.IGNORECASE,
)
_FREE = re.compile(r"\bfree\b|gratis|gratuit|no (?:cost|charge)|complimentary", re.IGNORECASE)
_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|hundred|thousand|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien"
    r"|mil)\b",
    re.IGNORECASE,
)
LONGEST = 700


def grounded(answer: str, passages: Sequence[str]) -> bool:
    """Whether every number, link and promise of the answer stands in the cited passages."""
    if not answer.strip() or len(answer) > LONGEST or not passages:
        return False
    said = "\n".join(passages)
    if set(numbers_in(answer)) - set(numbers_in(said)):
        return False
    folded = said.casefold()
    exact = (*_LINK.findall(answer), *_SPELLED.findall(answer))
    if any(words.casefold().rstrip(".,;!?") not in folded for words in exact):
        return False
    return all(_is_promised(promise, said) for promise in _PROMISE.findall(answer))


def _is_promised(promise: str, said: str) -> bool:
    if _FREE.search(promise):
        return bool(_FREE.search(said))
    return promise.casefold() in said.casefold()

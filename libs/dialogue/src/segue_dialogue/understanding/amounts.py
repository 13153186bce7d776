"""Numbers as people write them: 1,200, 2k, half a million, fifteen hundred, 1.200,50 €."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter

from segue_dialogue.understanding.lexicon import load_yaml

_TABLES = TypeAdapter(dict[str, dict[str, float]])
_DIGITS = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Amount:
    """A number found at plain[start:end]; `scale` is what a word or letter added (2k)."""

    value: float
    start: int
    end: int
    scale: float
    worded: bool

    @property
    def scaled(self) -> bool:
        return self.scale > 1


def find_amounts(plain: str) -> tuple[Amount, ...]:
    """All numbers of a message in order, written in digits or in words."""
    return tuple(_amounts(plain))


def digits_value(text: str) -> float:
    """The value of written digits; a separator before exactly three digits groups thousands."""
    text = text.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return float(re.sub(r"[.,]", "", text))
    decimal = re.search(r"[.,](\d{1,2})$", text)
    whole = re.sub(r"[.,]", "", text[: decimal.start()] if decimal else text)
    return float(f"{whole}.{decimal[1]}" if decimal else whole or "0")


def _amounts(plain: str) -> Iterator[Amount]:
    for found in _number_pattern().finditer(plain):
        if found["digits"]:
            scale = _scales()[found["scale"]] if found["scale"] else 1
            value = digits_value(found["digits"]) * scale
            yield Amount(value, found.start(), found.end(), scale, worded=False)
            continue
        words = found["words"] or found["low"]
        if (worded := words_value(words)) is not None:
            scales = [_scales()[word] for word in re.split(r"[\s-]+", words) if word in _scales()]
            scale = scales[-1] if scales else 1
            yield Amount(worded, found.start(), found.end(), scale, worded=True)


def words_value(text: str) -> float | None:
    """The value of number words, or None where they name no number ("a", "and")."""
    tables = _tables()
    total, current, seen = 0.0, 0.0, False
    text = re.sub(r"\s+", " ", text)
    for vague in sorted(tables["vague"], key=len, reverse=True):
        if text.startswith(f"{vague} "):
            current, text = tables["vague"][vague], text[len(vague) + 1 :]
            break
    for word in re.split(r"[ -]+", text):
        if word in tables["units"] or word in tables["tens"]:
            current += tables["units"].get(word, tables["tens"].get(word, 0))
        elif word in tables["scales"]:
            scale = tables["scales"][word]
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
        else:
            continue
        seen = True
    return total + current if seen else None


@cache
def _number_pattern() -> re.Pattern[str]:
    tables = _tables()
    scale = "|".join(sorted(tables["scales"], key=len, reverse=True))
    long_scale = "|".join(s for s in sorted(tables["scales"], key=len, reverse=True) if len(s) > 3)
    word = "|".join(sorted({*tables["units"], *tables["tens"]}, key=len, reverse=True))
    vague = "|".join(sorted(tables["vague"], key=len, reverse=True)).replace(" ", r"\s+")
    lead = rf"(?:{vague})\s+(?={long_scale})"
    plain = rf"(?:{lead}|(?:{word}|{long_scale})\b)(?:[\s-]+(?:{word}|{long_scale})\b)*"
    # "And" adds to hundreds and thousands; "five and seven hundred" are two numbers, and so are
    # any that "between" stands before.
    piece = rf"(?:(?:{word})\b|(?:{long_scale})\b(?:\s+and(?=\s+(?:{word})\b))?)"
    words = rf"(?:{lead})?{piece}(?:[\s-]+{piece})*"
    return re.compile(
        rf"(?<![\w.,])(?P<digits>{_DIGITS})(?:\s?(?P<scale>{scale})(?!\w))?(?!\w)"
        rf"|(?<=\bbetween\s)(?P<low>{plain})"
        rf"|\b(?P<words>{words})"
    )


@cache
def _scales() -> dict[str, float]:
    return _tables()["scales"]


@cache
def _tables() -> dict[str, dict[str, float]]:
    return _TABLES.validate_python(load_yaml("en", "numbers.yaml"))

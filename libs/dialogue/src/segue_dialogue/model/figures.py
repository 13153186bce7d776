"""Numbers in texts of any script, for comparing what is said with what is on record."""

import re
import unicodedata

from segue_dialogue.understanding.amounts import find_amounts
from segue_dialogue.understanding.message import read

_RUN = re.compile(r"\d[\d.,'’\u00a0\u202f]*")
# What follows digits and multiplies them, where it isn't English.
_SCALES = {
    "mil": 1000, "tausend": 1000, "tsd": 1000, "mille": 1000, "mila": 1000, "duizend": 1000,
    "тыс": 1000, "тысяч": 1000, "tys": 1000, "tysięcy": 1000, "bin": 1000, "हज़ार": 1000,
    "हजार": 1000, "ألف": 1000, "الف": 1000, "آلاف": 1000, "千": 1000, "천": 1000, "万": 10_000,
    "萬": 10_000, "만": 10_000, "लाख": 100_000, "lakh": 100_000, "millones": 1_000_000,
    "millionen": 1_000_000, "millions": 1_000_000, "milhões": 1_000_000, "مليون": 1_000_000,
    "百万": 1_000_000, "करोड़": 10_000_000, "crore": 10_000_000,
}  # fmt: skip
_SCALED = re.compile(
    rf"(\d[\d.,]*)\s*({'|'.join(sorted(map(re.escape, _SCALES), key=len, reverse=True))})"
)


def digits_of(text: str) -> str:
    """The digits of a text, in any script, as ASCII."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def numbers_in(text: str) -> list[str]:
    """The numbers in a text as digits, separators dropped: `2,500.00` is `250000`."""
    return [digits_of(run) for run in _RUN.findall(text)]


def amounts_in(text: str) -> frozenset[float]:
    """The values that numbers in a text may have, in digits or in words: `2k` is 2000."""
    plain = _in_ascii(read(text).plain)
    found = {amount.value for amount in find_amounts(plain)}
    for digits, scale in _SCALED.findall(plain):
        found |= {_value(digits) * _SCALES[scale]}
    return frozenset(found)


def _in_ascii(text: str) -> str:
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
    )


def _value(digits: str) -> float:
    plain = digits.rstrip(".,")
    return float(plain.replace(",", ".")) if plain.count(",") + plain.count(".") < 2 else 0.0

"""Numbers as people write them: 1,200, 2k, half a million, fifteen hundred, 1.200,50, 2 लाख."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from segue_dialogue.understanding.number_words import (
    DIGITS,
    NumberWords,
    number_key,
    number_words,
)
from segue_dialogue.understanding.numerals import Numeral, Word, numerals
from segue_dialogue.understanding.spelling import WORD_END, folded

# What is larger is an identifier, or nothing that anybody means.
MOST = 1e12
_ENGLISH = ("en",)
_POINTS = re.compile(r"[!-,./:-@\u060c\u061f\u0964]")


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


def find_amounts(plain: str, spoken: tuple[str, ...] = _ENGLISH) -> tuple[Amount, ...]:
    """All numbers of a message up to `MOST` in order, written in digits or in words of one of the
    languages."""
    found: tuple[Amount, ...] = ()
    for language in _counting(spoken):
        found = found or tuple(_merged(list(_amounts(plain, language))))
    return tuple(amount for amount in found if amount.value <= MOST)


def count_in(text: str, spoken: tuple[str, ...] = _ENGLISH) -> float | None:
    """The most that is counted in a few words: a number, or "a couple", "zu viert"."""
    if amounts := find_amounts(text, spoken):
        return max(amount.value for amount in amounts)
    for language in _counting(spoken):
        words = _words(language)
        counts = sorted(words.counted, key=len, reverse=True)
        said = f" {number_key(folded(_POINTS.sub(' ', text)))} "
        for word in counts:
            if f" {word} " in said:
                return words.counted[word]
    return None


def digits_value(text: str) -> float:
    """The value of written digits; a separator before exactly three digits groups thousands."""
    text = text.translate({ord(" "): None, ord("'"): None, 0x066C: ",", 0x066B: "."})
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}", text):
        return float(re.sub(r"[.,]", "", text))
    decimal = re.search(r"[.,](\d{1,2})$", text)
    whole = re.sub(r"[.,]", "", text[: decimal.start()] if decimal else text)
    return float(f"{whole}.{decimal[1]}" if decimal else whole or "0")


def _amounts(plain: str, language: str) -> Iterator[Amount]:
    words = _words(language)
    for found in _number_pattern(language).finditer(plain):
        if found["digits"]:
            scale = words.scales_of_digits[number_key(folded(found["scale"]))] if (
                found["scale"]) else 1  # fmt: skip
            value = digits_value(found["digits"]) * scale
            yield Amount(value, found.start(), found.end(), scale, worded=False)
            continue
        for numeral in numerals(_tokens(plain, found.start(), found.end(), language), words):
            yield _worded(numeral)


def _worded(numeral: Numeral) -> Amount:
    return Amount(numeral.value, numeral.start, numeral.end, numeral.scale, worded=True)


def _merged(amounts: list[Amount]) -> Iterator[Amount]:
    """ "2 lakh 50 thousand" is one number."""
    while amounts:
        first = amounts.pop(0)
        while amounts and _continues(first, amounts[0]):
            rest = amounts.pop(0)
            first = Amount(
                first.value + rest.value, first.start, rest.end, rest.scale, first.worded
            )
        yield first


def _continues(first: Amount, rest: Amount) -> bool:
    adjacent = rest.start - first.end == 1
    return adjacent and not first.worded and first.scale > rest.scale > 1 and (
        rest.value < first.scale)  # fmt: skip


def _tokens(plain: str, start: int, end: int, language: str) -> list[Word]:
    """The words, or the parts of one long word, of a run of number words."""
    words, joined = _words(language), False
    found: list[Word] = []
    for part in _part_pattern(language).finditer(plain, start, end):
        key = number_key(folded(part[0]))
        if part["joiner"]:
            joined = True
            continue
        if key not in words.lookup:  # a prefix that joins: Arabic writes "and" at the next word
            key, joined = number_key(folded(part["word"])), True
        kind, value = words.lookup[key]
        attached = bool(found) and found[-1].end == part.start()
        found.append(Word(kind, value, part.start(), part.end(), joined, attached))
        joined = False
    return found


@cache
def _number_pattern(language: str) -> re.Pattern[str]:
    words = _words(language)
    token = words.token_pattern
    # A number never begins or ends with what only joins.
    joiner = f"(?:(?:{words.joiner_pattern})[\\s-]+)?"
    # Where "and" is written at the next word, so are "in" and "for": also at digits.
    attached = r"|(?<=[\u0621-\u064a\u0640])" if words.prefix else ""
    return re.compile(
        rf"(?:(?<![\w.,]){attached})(?P<digits>{DIGITS})"
        rf"(?:\s?(?P<scale>{words.scale_pattern}){WORD_END})?(?!\w)"
        rf"|(?P<words>{token}(?:[\s-]+{joiner}{token})*)"
    )


@cache
def _part_pattern(language: str) -> re.Pattern[str]:
    words = _words(language)
    prefix = f"(?:{words.prefix})?" if words.prefix else ""
    whole = "" if words.compound else WORD_END
    return re.compile(
        rf"{prefix}(?P<word>{words.word_pattern}){whole}|(?P<joiner>{words.joiner_pattern}){whole}"
    )


def _counting(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the languages that have number words; digits are read by English rules at least."""
    return tuple(code for code in spoken if number_words(code)) or _ENGLISH


def _words(language: str) -> NumberWords:
    words = number_words(language)
    assert words is not None
    return words

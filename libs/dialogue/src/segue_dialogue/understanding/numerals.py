"""Number words put together: "two thousand five hundred" is one number, "two or three" are two."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from segue_dialogue.understanding.number_words import NumberWords

_BIG = 1000
_HUNDRED = 100


@dataclass(frozen=True)
class Word:
    """A number word at plain[start:end]; `joined` after an "and", `attached` within a longer
    word. Kinds: value, scale, vague, offset, half, inside."""

    kind: str
    value: float
    start: int
    end: int
    joined: bool
    attached: bool


@dataclass(frozen=True)
class Numeral:
    """A number; `scale` is its last scale, 1 without any."""

    value: float
    start: int
    end: int
    scale: float


def numerals(words: list[Word], rules: NumberWords) -> Iterator[Numeral]:
    """The numbers that a run of number words holds, in order."""
    position = 0
    while position < len(words):
        reading = _Reading(words, position, rules)
        value = reading.number()
        if value is None:
            position += 1
            continue
        first, last = words[position], words[reading.at - 1]
        yield Numeral(value, first.start, last.end, reading.scale)
        position = reading.at


class _Reading:
    """Reads one number from `words[at]` on: groups below a thousand, each with its scale."""

    def __init__(self, words: list[Word], at: int, rules: NumberWords) -> None:
        self.words, self.at, self.rules = words, at, rules
        self.scale = 1.0

    def number(self) -> float | None:
        total, last, seen = 0.0, inf, False
        while self.at < len(self.words):
            start, scale = self.at, self.scale
            group = self._group()
            word = self._next()
            if word and word.kind == "scale" and word.value >= _BIG:
                if word.value >= last:
                    self.at, self.scale = start, scale
                    break
                total += (1.0 if group is None else group) * word.value
                last = self.scale = word.value
                self.at, seen = self.at + 1, True
                total += self._half(last)
                continue
            if group is None:
                break
            if group >= last:
                self.at, self.scale = start, scale
                break
            return total + group
        return total if seen else None

    def _group(self) -> float | None:
        """A number below a thousand, or what an offset or a vague word makes of a scale."""
        offset = self._take("offset")
        total, limit = 0.0, inf
        seen = offset is not None
        while word := self._next():
            if word.kind == "vague":
                if seen or not self._scale_at(self.at + 1):
                    break
                total, limit = word.value, 0.0
            elif word.kind in ("value", "inside"):
                if not self._adds(word, total, limit):
                    break
                total, limit = total + word.value, self._limit(word.value)
            elif word.kind == "scale" and word.value == _HUNDRED and total < _HUNDRED:
                total, limit, self.scale = (total or 1) * _HUNDRED, _HUNDRED, _HUNDRED
            elif word.kind == "half" and seen:
                total, limit = total + word.value, 0.0
            else:
                break
            self.at, seen = self.at + 1, True
        if not seen:
            return None
        return total + offset if offset is not None and total else (
            1 + offset if offset is not None else total)  # fmt: skip

    def _adds(self, word: Word, total: float, limit: float) -> bool:
        if word.kind == "inside" and not (word.attached or self._attached_at(self.at + 1)):
            return False
        if total and word.value >= limit:
            five_and_twenty = self.rules.units_first and total % 100 < 10 and (
                word.joined and word.value in range(20, 100, 10))  # fmt: skip
            return five_and_twenty and total % 100 > 0
        # "Two hundred and six hundred" are two.
        following = self._scale_at(self.at + 1)
        return not (total >= _HUNDRED and following == _HUNDRED)

    def _limit(self, value: float) -> float:
        if self.rules.twenties and value in (60, 80):
            return 20
        for step in (_BIG, _HUNDRED, 10):
            if value % step == 0:
                return step
        return 0.0 if value >= 10 or not self.rules.units_first else 1.0

    def _half(self, scale: float) -> float:
        """ "A million and a half"."""
        return scale / 2 if self._take("half") is not None else 0.0

    def _take(self, kind: str) -> float | None:
        word = self._next()
        if word is None or word.kind != kind:
            return None
        self.at += 1
        return word.value

    def _next(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def _scale_at(self, index: int) -> float | None:
        word = self.words[index] if index < len(self.words) else None
        return word.value if word and word.kind == "scale" else None

    def _attached_at(self, index: int) -> bool:
        return index < len(self.words) and self.words[index].attached

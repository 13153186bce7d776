"""The number words of each language, from its numbers.yaml.

`values` are words for numbers below a thousand ("twenty", "quinientos"), `scales` multiply what
stands before them ("thousand"), `after_digits` are scales that only digits take (the k of 2k),
`vague` are numbers only before a scale or where people and days are counted ("a couple of"),
`offsets` change the number after them ("साढ़े"), `halves` add a half of what was said last ("y
medio"), `counts` are words for groups ("zu viert"), `inside` are values only within a longer word
("ein" in "eintausend"), `joiners` stand between the words of one number ("y").
"""

from functools import cache, cached_property

from pydantic import BaseModel, ConfigDict

from segue_dialogue.understanding.datafiles import load_yaml
from segue_dialogue.understanding.spelling import WORD_END, WORD_START, foldings, spellings

DIGITS = (
    r"\d{1,3}(?:[.,'\u066c ]\d{3})+(?:[.,\u066b]\d{1,2})?(?!\d)"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d+(?:[.,\u066b]\d+)?"
)
Table = dict[str, float]


class NumberWords(BaseModel):
    """One numbers.yaml; `compound` languages write a number in one word, `units_first` ones say
    five-and-twenty, `twenties` ones count on from sixty and eighty to nineteen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: Table
    scales: Table
    after_digits: Table = {}
    vague: Table = {}
    offsets: Table = {}
    halves: list[str] = []
    counts: Table = {}
    inside: Table = {}
    joiners: list[str] = []
    prefix: str = ""
    compound: bool = False
    units_first: bool = False
    twenties: bool = False

    @cached_property
    def lookup(self) -> dict[str, tuple[str, float]]:
        """The kind and the value of each word, by its folded letters."""
        kinds = {
            "inside": self.inside,
            "vague": self.vague,
            "offset": self.offsets,
            "half": dict.fromkeys(self.halves, 0.5),
            "scale": self.scales,
            "value": self.values,
        }
        return {
            folding: (kind, value)
            for kind, table in kinds.items()
            for word, value in table.items()
            for folding in _keys(word)
        }

    @cached_property
    def scales_of_digits(self) -> dict[str, float]:
        tables = {**self.scales, **self.after_digits}
        return {key: value for word, value in tables.items() for key in _keys(word)}

    @cached_property
    def counted(self) -> dict[str, float]:
        """What a word may count for where something is counted."""
        tables = {**self.vague, **self.inside, **self.counts}
        return {key: value for word, value in tables.items() for key in _keys(word)}

    @cached_property
    def scale_pattern(self) -> str:
        return alternatives([*self.scales, *self.after_digits])

    @cached_property
    def word_pattern(self) -> str:
        """One word of a number, or one part of a number that is written as one word."""
        tables = (self.values, self.scales, self.vague, self.offsets, self.inside)
        words = [word for table in tables for word in table]
        return alternatives([*words, *self.halves])

    @cached_property
    def joiner_pattern(self) -> str:
        return alternatives(self.joiners) if self.joiners else "(?!)"

    @cached_property
    def token_pattern(self) -> str:
        """A whole word of numbers."""
        if self.compound:
            # Atomic: a long word has one reading, the one of its longest parts.
            return f"{WORD_START}(?>(?:{self.word_pattern}|{self.joiner_pattern})+){WORD_END}"
        prefix = f"(?:{self.prefix})?" if self.prefix else ""
        return f"{WORD_START}{prefix}(?:{self.word_pattern}){WORD_END}"


def alternatives(words: list[str]) -> str:
    """The spellings of any of these, the longest first."""
    found = {spellings(word).replace("-", " ").replace(" ", r"[\s-]+") for word in words}
    return "|".join(sorted(found, key=len, reverse=True))


def number_key(text: str) -> str:
    """The words of a number as the tables have them."""
    return " ".join(text.replace("-", " ").split())


@cache
def number_words(language: str) -> NumberWords | None:
    """The language's own, or None where it has none."""
    raw = load_yaml(language, "numbers.yaml")
    return NumberWords.model_validate(raw) if raw is not None else None


def number_macros(language: str) -> dict[str, str]:
    """`{number}`: a number in digits or words, or a word for a count ("a couple of")."""
    words = number_words(language)
    if words is None:
        return {}
    counts = alternatives([*words.vague, *words.counts, *words.inside])
    said = f"(?:{words.token_pattern}(?:[\\s-]+)?)+(?<![\\s-])"
    spelled = f"{said}|{WORD_START}(?:{counts}){WORD_END}" if counts else said
    return {"number": f"{DIGITS}|{spelled}"}


def _keys(word: str) -> frozenset[str]:
    return frozenset(number_key(folding) for folding in foldings(word))

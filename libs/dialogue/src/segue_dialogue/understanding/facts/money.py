"""Numbers with what shows that they are money: a currency sign or word, or a scale (2k)."""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from segue_dialogue.understanding.amounts import Amount, find_amounts
from segue_dialogue.understanding.datafiles import load_yaml
from segue_dialogue.understanding.lexicon import matches_any, pattern
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.spelling import WORD_END, WORD_START, folded, foldings, spellings

PERIODS = ("hour", "day", "week", "month", "year")
_AFTER = 25  # characters after an amount in which its rate is looked for
_BEFORE = 30
_SIGN = 20  # before an amount, for its currency


@dataclass(frozen=True)
class Money:
    """An amount with the currency written at it, if any."""

    amount: Amount
    currency: str | None
    start: int
    end: int

    @property
    def marked(self) -> bool:
        return self.currency is not None


class Family(BaseModel):
    """Currencies of one name: a dollar is the business's own, where it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    codes: list[str]
    words: list[str]


class Currencies(BaseModel):
    """currencies.yaml: words of one currency by its ISO 4217 code, and words that several share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    written: dict[str, list[str]]
    families: dict[str, Family]


def find_money(
    message: Message, default_currency: str, spoken: tuple[str, ...] = ("en",)
) -> list[Money]:
    """Every number of the message with the currency written at it, if any."""
    return [_with_currency(message.plain, amount, default_currency)
            for amount in find_amounts(message.plain, spoken)]  # fmt: skip


def money_spans(
    message: Message, monies: list[Money], *, asked: bool, spoken: tuple[str, ...] = ("en",)
) -> list[tuple[int, int]]:
    """The spans that are money and nothing else; with `asked` every bare number is."""
    spans = []
    for index, money in enumerate(monies):
        if money.marked or (money.amount.scaled and not money.amount.worded) or asked:
            partner = range_partner(message.plain, monies, index, spoken)
            spans.append((money.start, money.end))
            if partner and partner.start < money.start:
                spans.append((partner.start, partner.end))
    return spans


def range_partner(
    plain: str, monies: list[Money], index: int, spoken: tuple[str, ...]
) -> Money | None:
    """The other end of "5 to 10k" or "between 500 and 800", where the two stand together."""
    for a, b in ((index, index + 1), (index - 1, index)):
        if a >= 0 and b < len(monies):
            joined = plain[monies[a].end : monies[b].start]
            if _joins(joined, spoken) and scaled_start(monies[a], monies[b]) < (
                monies[b].amount.value
            ):
                return monies[b] if a == index else monies[a]
    return None


def scaled_start(first: Money, last: Money) -> float:
    """In "5-10k" the scale belongs to both ends."""
    low, high = first.amount, last.amount
    if not low.scaled and low.value * high.scale < high.value:
        return low.value * high.scale
    return low.value


def rate(plain: str, start: int, end: int, spoken: tuple[str, ...]) -> tuple[int, str | None]:
    """Where an amount with its rate ends, and the rate's period: "a month", "mensual"."""
    after, before = plain[end : end + _AFTER], plain[max(0, start - _BEFORE) : start].rstrip()
    gap = len(after) - len(after.lstrip())
    for period in PERIODS:
        for language in spoken:
            if found := pattern(language, f"rate_{period}").match(after.lstrip()):
                return end + gap + found.end(), period
    for period in PERIODS:
        if matches_any(f"rate_{period}_before", spoken, before + "\x1a"):
            return end, period
    return end, None


def _joins(text: str, spoken: tuple[str, ...]) -> bool:
    bare = text.strip()
    if bare in ("-", "~", "/"):
        return True
    return any(pattern(language, "range_join").fullmatch(bare) for language in spoken)


def _with_currency(plain: str, amount: Amount, default: str) -> Money:
    signs, words = _currency_patterns()
    near = max(0, amount.start - _SIGN)
    ahead = signs.search(plain[near : amount.start])
    if ahead:
        return Money(amount, _code(ahead[1], default), near + ahead.start(1), amount.end)
    behind = words.match(plain[amount.end :])
    if behind:
        return Money(amount, _code(behind[1], default), amount.start, amount.end + behind.end())
    return Money(amount, None, amount.start, amount.end)


def _code(written: str, default: str) -> str:
    """The code of a written currency; a shared word means the business's own, else the first."""
    codes = _codes()[folded(written)]
    return default if default in codes else codes[0]


@cache
def _currencies() -> Currencies:
    return Currencies.model_validate(load_yaml("currencies.yaml"))


@cache
def _codes() -> dict[str, list[str]]:
    found = _currencies()
    pairs = [([code], ways) for code, ways in found.written.items()]
    pairs += [(family.codes, family.words) for family in found.families.values()]
    return {key: codes for codes, ways in pairs for way in ways for key in foldings(way)}


@cache
def _currency_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for a sign or code before a number, and for one after it."""
    found = _currencies()
    ways = {way for ways in found.written.values() for way in ways}
    ways |= {way for family in found.families.values() for way in family.words}
    either = "|".join(spellings(re.escape(way)) for way in sorted(ways, key=len, reverse=True))
    return (
        re.compile(rf"{WORD_START}({either})\s?$"),
        re.compile(rf"\s?(?:de\s|d')?({either}){WORD_END}"),
    )

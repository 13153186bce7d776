"""What the person can or wants to spend."""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue, TypeAdapter

from segue_dialogue.understanding.amounts import Amount, find_amounts
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import load_yaml, matches_any
from segue_dialogue.understanding.message import Message

_RANGE_JOIN = re.compile(
    r"\s*(?:-|to|and|or|up to|,?\s*(?:(?:or|and|up to)\s+)?"
    r"(?:maybe|perhaps|possibly|even|max|at most)(?:\s+up to)?)\s*$"
)
_PER = re.compile(
    r"^\s*(?:a|an|per|/|each|every|p/?)\s*(?P<per>hour|hr|day|week|wk|month|mo|year|yr|annum)\b"
    r"|^\s*(?P<ly>hourly|daily|weekly|monthly|yearly|annually|pcm|p/?m)\b"
)
_PERIODS = {
    "hr": "hour", "hourly": "hour", "daily": "day", "wk": "week", "weekly": "week", "mo": "month",
    "monthly": "month", "pcm": "month", "pm": "month", "p/m": "month", "yr": "year",
    "annum": "year", "yearly": "year", "annually": "year",
}  # fmt: skip
_BEFORE = 40  # characters before an amount in which its bound is looked for
_AFTER = 25
_CURRENCY_FILE = TypeAdapter(dict[str, list[str] | dict[str, list[str]]])
_SCALED_MINIMUM = 100
_BARE_MINIMUM = 20  # below this a bare number near "spend" is a count of something else


@dataclass(frozen=True)
class Money:
    """An amount with what shows that it is money: a currency sign or word, or a scale (2k)."""

    amount: Amount
    currency: str | None
    start: int
    end: int

    @property
    def marked(self) -> bool:
        return self.currency is not None


def find_money(message: Message, default_currency: str) -> list[Money]:
    """Every number of the message with the currency written at it, if any."""
    return [_with_currency(message.plain, amount, default_currency)
            for amount in find_amounts(message.plain)]  # fmt: skip


def money_spans(message: Message, monies: list[Money], *, asked: bool) -> list[tuple[int, int]]:
    """The spans that are money and nothing else; with `asked` every bare number is."""
    spans = []
    for index, money in enumerate(monies):
        if money.marked or (money.amount.scaled and not money.amount.worded) or asked:
            partner = _range_partner(message.plain, monies, index)
            spans.append((money.start, money.end))
            if partner and partner.start < money.start:
                spans.append((partner.start, partner.end))
    return spans


def find_budget(
    message: Message, monies: list[Money], currency: str, *, asked: bool, spoken: tuple[str, ...]
) -> Found | None:
    """The budget that a message states; when it was asked for, a bare number is one."""
    candidates = _candidates(message, monies, asked=asked)
    if candidates:
        return _budget(message, candidates, monies, currency)
    for key, bound in (("budget_open", "min"), ("budget_low", "max")):
        if found := matches_any(key, spoken, message.plain):
            value: JsonValue = {"amount": None, "currency": currency, "bound": bound}
            return Found("budget", value, found.start(), found.end())
    return None


def _candidates(message: Message, monies: list[Money], *, asked: bool) -> list[Money]:
    plain = message.plain
    if matches_any("price_check", ("en",), plain):
        return []
    cue = matches_any("budget_cue", ("en",), plain) is not None
    if matches_any("price_talk", ("en",), plain) and not cue and not asked:
        return []
    marked = [m for m in monies if m.marked or m.amount.scaled]
    if marked and (asked or cue or any(m.marked for m in marked)):
        return marked
    if asked or cue:
        least = 1 if asked else _BARE_MINIMUM
        return [m for m in monies if m.amount.value >= least and _bare_money(message, m)]
    return [m for m in marked if _scaled_money(message, m)]


def _bare_money(message: Message, money: Money) -> bool:
    """A number that counts something else ("3 bedrooms") isn't money."""
    after = message.plain[money.end : money.end + _AFTER]
    return matches_any("counted", ("en",), "\x1a" + after) is None


def _scaled_money(message: Message, money: Money) -> bool:
    """ "Around 3k" and "two thousand five hundred" are money unless they count something."""
    if money.amount.value < _SCALED_MINIMUM:
        return False
    before = message.plain[max(0, money.start - _BEFORE) : money.start] + "\x1a"
    after = "\x1a" + message.plain[money.end : money.end + _AFTER]
    if matches_any("sum_not_after", ("en",), before):
        return False
    return matches_any("sum_before", ("en",), after) is not None


def _budget(message: Message, candidates: list[Money], monies: list[Money], currency: str) -> Found:
    plain = message.plain
    # "not 2k, make that 3k": after a correction the last amount holds.
    corrected = matches_any("correction", ("en",), plain) is not None
    money = candidates[-1] if corrected else candidates[0]
    index = monies.index(money)
    partner = _range_partner(plain, monies, index)
    first, last = (money, partner) if partner and partner.start > money.start else (partner, money)
    if first is None:
        return _single(plain, money, currency)
    return _range(plain, first, last, currency)


def _range_partner(plain: str, monies: list[Money], index: int) -> Money | None:
    """The other end of "5 to 10k" or "between 500 and 800", where the two stand together."""
    for a, b in ((index, index + 1), (index - 1, index)):
        if a >= 0 and b < len(monies):
            joined = plain[monies[a].end : monies[b].start]
            if _RANGE_JOIN.match(joined) and _scaled_start(monies[a], monies[b]) < (
                monies[b].amount.value
            ):
                return monies[b] if a == index else monies[a]
    return None


def _scaled_start(first: Money, last: Money) -> float:
    """In "5-10k" the scale belongs to both ends."""
    low, high = first.amount, last.amount
    if not low.scaled and low.value * high.scale < high.value:
        return low.value * high.scale
    return low.value


def _range(plain: str, first: Money, last: Money, currency: str) -> Found:
    end, per = _with_period(plain, last.end)
    value: dict[str, JsonValue] = {
        "amount": _scaled_start(first, last),
        "amount_max": last.amount.value,
        "currency": first.currency or last.currency or currency,
        "bound": "range",
    }
    return Found("budget", value | per, first.start, end)


def _single(plain: str, money: Money, currency: str) -> Found:
    before = plain[max(0, money.start - _BEFORE) : money.start]
    end, per = _with_period(plain, money.end)
    start, end, bound = _bound(plain, before, money.start, end)
    value: dict[str, JsonValue] = {
        "amount": money.amount.value,
        "currency": money.currency or currency,
        "bound": bound,
    }
    return Found("budget", value | per, start, end)


def _bound(plain: str, before: str, start: int, end: int) -> tuple[int, int, str]:
    for bound in ("max", "min", "about"):
        ahead = matches_any(f"bound_{bound}_before", ("en",), before + "\x1a")
        if ahead:
            return start - len(before) + ahead.start(), end, bound
        behind = matches_any(f"bound_{bound}_after", ("en",), "\x1a" + plain[end : end + _AFTER])
        if behind:
            return start, end + behind.end() - 1, bound
    return start, end, "exact"


def _with_period(plain: str, end: int) -> tuple[int, dict[str, JsonValue]]:
    found = _PER.match(plain[end : end + _AFTER])
    if not found:
        return end, {}
    word = found["per"] or found["ly"]
    return end + found.end(), {"per": _PERIODS.get(word, word)}


def _with_currency(plain: str, amount: Amount, default: str) -> Money:
    signs, words = _currency_patterns()
    ahead = signs.search(plain[: amount.start])
    if ahead:
        return Money(amount, _code(ahead[1], default), ahead.start(1), amount.end)
    behind = words.match(plain[amount.end :])
    if behind:
        return Money(amount, _code(behind[1], default), amount.start, amount.end + behind.end())
    return Money(amount, None, amount.start, amount.end)


def _code(written: str, default: str) -> str:
    codes, dollars = _currencies()
    if written in codes:
        return codes[written]
    return default if default in dollars else "USD"


@cache
def _currencies() -> tuple[dict[str, str], frozenset[str]]:
    raw = _CURRENCY_FILE.validate_python(load_yaml("currencies.yaml"))
    written, dollars = raw["written"], raw["dollar_codes"]
    assert isinstance(written, dict)
    return {way: code for code, ways in written.items() for way in ways}, frozenset(dollars)


@cache
def _currency_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for a sign or code before a number, and for one after it."""
    raw = _CURRENCY_FILE.validate_python(load_yaml("currencies.yaml"))
    ways = sorted({*_currencies()[0], *raw["dollar_words"]}, key=len, reverse=True)
    either = "|".join(re.escape(way) for way in ways)
    return re.compile(rf"(?<!\w)({either})\s?$"), re.compile(rf"\s?({either})(?!\w)")

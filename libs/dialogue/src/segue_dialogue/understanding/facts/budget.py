"""What the person can or wants to spend."""

from pydantic import JsonValue

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.facts.money import Money, range_partner, rate, scaled_start
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message

_BEFORE = 40  # characters before an amount in which its bound is looked for
_AFTER = 25
_SCALED_MINIMUM = 100
_BARE_MINIMUM = 20  # below this a bare number near "spend" is a count of something else


def find_budget(
    message: Message, monies: list[Money], currency: str, *, asked: bool, spoken: tuple[str, ...]
) -> Found | None:
    """The budget that a message states; when it was asked for, a bare number is one."""
    candidates = _candidates(message, monies, asked=asked, spoken=spoken)
    if candidates:
        return _budget(message, candidates, monies, currency, spoken)
    for key, bound in (("budget_open", "min"), ("budget_low", "max")):
        if found := matches_any(key, spoken, message.plain):
            value: JsonValue = {"amount": None, "currency": currency, "bound": bound}
            return Found("budget", value, found.start(), found.end())
    return None


def _candidates(
    message: Message, monies: list[Money], *, asked: bool, spoken: tuple[str, ...]
) -> list[Money]:
    plain = message.plain
    if matches_any("price_check", spoken, plain):
        return []
    cue = matches_any("budget_cue", spoken, plain) is not None
    if matches_any("price_talk", spoken, plain) and not cue and not asked:
        return []
    marked = [m for m in monies if m.marked or m.amount.scaled]
    if marked and (asked or cue or any(m.marked for m in marked)):
        return marked
    if asked or cue:
        least = 1 if asked else _BARE_MINIMUM
        return [m for m in monies if m.amount.value >= least and _bare_money(message, m, spoken)]
    return [m for m in marked if _scaled_money(message, m, spoken)]


def _bare_money(message: Message, money: Money, spoken: tuple[str, ...]) -> bool:
    """A number that counts something else ("3 bedrooms") isn't money."""
    after = message.plain[money.end : money.end + _AFTER]
    return matches_any("counted", spoken, "\x1a" + after) is None


def _scaled_money(message: Message, money: Money, spoken: tuple[str, ...]) -> bool:
    """ "Around 3k" and "two thousand five hundred" are money unless they count something."""
    if money.amount.value < _SCALED_MINIMUM:
        return False
    before = message.plain[max(0, money.start - _BEFORE) : money.start] + "\x1a"
    after = "\x1a" + message.plain[money.end : money.end + _AFTER]
    if matches_any("sum_not_after", spoken, before):
        return False
    return matches_any("sum_before", spoken, after) is not None


def _budget(
    message: Message,
    candidates: list[Money],
    monies: list[Money],
    currency: str,
    spoken: tuple[str, ...],
) -> Found:
    plain = message.plain
    # "not 2k, make that 3k": after a correction the last amount holds.
    corrected = matches_any("correction", spoken, plain) is not None
    money = candidates[-1] if corrected else candidates[0]
    index = monies.index(money)
    partner = range_partner(plain, monies, index, spoken)
    first, last = (money, partner) if partner and partner.start > money.start else (partner, money)
    if first is None:
        return _single(plain, money, currency, spoken)
    return _range(plain, first, last, currency, spoken)


def _range(plain: str, first: Money, last: Money, currency: str, spoken: tuple[str, ...]) -> Found:
    end, period = rate(plain, first.start, last.end, spoken)
    value: dict[str, JsonValue] = {
        "amount": scaled_start(first, last),
        "amount_max": last.amount.value,
        "currency": first.currency or last.currency or currency,
        "bound": "range",
    }
    return Found("budget", value | _per(period), first.start, end)


def _single(plain: str, money: Money, currency: str, spoken: tuple[str, ...]) -> Found:
    before = plain[max(0, money.start - _BEFORE) : money.start]
    end, period = rate(plain, money.start, money.end, spoken)
    start, end, bound = _bound(plain, before, money.start, end, spoken)
    value: dict[str, JsonValue] = {
        "amount": money.amount.value,
        "currency": money.currency or currency,
        "bound": bound,
    }
    return Found("budget", value | _per(period), start, end)


def _bound(
    plain: str, before: str, start: int, end: int, spoken: tuple[str, ...]
) -> tuple[int, int, str]:
    for bound in ("max", "min", "about"):
        ahead = matches_any(f"bound_{bound}_before", spoken, before + "\x1a")
        if ahead:
            return start - len(before) + ahead.start(), end, bound
        behind = matches_any(f"bound_{bound}_after", spoken, "\x1a" + plain[end : end + _AFTER])
        if behind:
            return start, end + behind.end() - 1, bound
    return start, end, "exact"


def _per(period: str | None) -> dict[str, JsonValue]:
    return {"per": period} if period else {}

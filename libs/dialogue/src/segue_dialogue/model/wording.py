"""Whether words that a model suggests may be sent: they promise nothing that code didn't."""

import re
import unicodedata
from collections.abc import Iterable

from babel.dates import get_day_names

from segue_dialogue.model.values import digits_of
from segue_dialogue.phrasing import phrasebook
from segue_dialogue.phrasing.locales import locale_for

# Longer than any answer in a chat should be.
LONGEST = 700

_LINK = re.compile(r"https?:|www\.|\S@\S|\w\.[^\W\d_]{2,}|\bxn--", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d\s*[:h]\s*[0-5]\d\b|(?<![\d.,])(?:[01]?\d|2[0-4])\.[0-5]\d\b|\d\s*(?:[ap]\.?\s?m\b|uhr\b|hrs?\b|h\b|時|시|点|點)|\d+\s*%|%\s*\d"
    r"|\bo['’]?\s?clock\b|\b(?:half|quarter) (?:past|to|after|before)\b"
    r"|\b(?:noon|midday|midnight)\b|\bmediod[ií]a\b|\bmedianoche\b|\by (?:media|cuarto)\b",
    re.IGNORECASE,
)
_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
    r"|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
)
_SPELLED = re.compile(
    rf"\b(?:at|by|around|until|before|after|a las?|sobre las?) (?:{_NUMBER_WORD})\b"
    rf"|\b(?:{_NUMBER_WORD})[\s-]+(?:dollars?|euros?|pounds?|bucks|percent|per cent|por ciento"
    r"|d[oó]lares|pesos|grand|[ap]\.?m)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:discount\w*|rebate\w*|coupon\w*|voucher\w*|promo(?:tion\w*)?|special offer|half[- ]price"
    r"|free of charge|for free|at no (?:cost|charge)|complimentary|per ?cent|percent|refund\w*"
    r"|money back|guarantee\w*|descuentos?|rebajas?|gratis|gratuit[oa]s?|sin (?:coste|costo|cargo)"
    r"|por ciento|reembols\w+|garantiza\w*|garant[ií]a\w*|oferta especial)\b",
    re.IGNORECASE,
)


def safe_wording(
    reply: str | None,
    *,
    allowed_numbers: Iterable[str | int | float] = (),
    allowed_slots: Iterable[str] = (),
    language: str = "en",
) -> str | None:
    """The reply, if it can be sent as it is; None if code's own wording must be used.

    Refused are times, days, prices, discounts, phone numbers, addresses and links, and any
    number, except numbers in `allowed_numbers` (`2500`, `"+12025550123"`) and the exact texts
    in `allowed_slots` (as `format_slot` wrote them). Words are known in English and Spanish,
    names of days also in `language`; digits, signs and links are in every language.
    """
    if reply is None or not reply.strip() or len(reply) > LONGEST:
        return None
    text = _plain(reply)
    for slot in sorted(map(_plain, allowed_slots), key=len, reverse=True):
        text = text.replace(slot, " ") if slot else text
    patterns = (_LINK, _CLOCK, _SPELLED, _PROMISE, _day_words(language))
    if any(pattern.search(text) for pattern in patterns):
        return None
    allowed = {_canonical(number) for number in allowed_numbers}
    return None if _numbers(text) - allowed else reply.strip()


def _plain(text: str) -> str:
    """The text as a reader sees it: full-width forms folded, invisible characters gone."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def _numbers(text: str) -> set[str]:
    """Every number as its digits; a phone number written in groups is one."""
    joined = re.sub(r"(?<=\d)[\s()-]+(?=\d)", "", text)
    return {_canonical(run) for run in re.findall(r"\d[\d.,'’]*", joined)}


def _canonical(number: str | int | float) -> str:
    """The digits, without decimals of zero: `1,500.00` and 1500.0 are both `1500`."""
    text = f"{number:.2f}" if isinstance(number, float) else str(number)
    text = re.sub(r"[.,]00?$", "", text.rstrip(".,'’ "))
    return digits_of(re.sub(r"([.,][1-9])0$", r"\1", text))


def _day_words(language: str) -> re.Pattern[str]:
    """Names of days, and tomorrow: a day is a promise as much as a time is.

    They are looked for anywhere, as not every script puts spaces between words.
    """
    words = {phrasebook().say("format.tomorrow", tongue) for tongue in ("en", language)}
    for tongue in ("en", language):
        words |= set(get_day_names("wide", locale=locale_for(tongue)).values())
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)

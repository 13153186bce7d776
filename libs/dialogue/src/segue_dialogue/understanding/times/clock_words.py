"""What clock times look like in a language: the patterns that `clocks` reads them with."""

import re
from functools import cache

from segue_dialogue.understanding.times.vocabulary import Vocabulary, vocabulary

# What ends a bare number that is an hour, whatever the language.
_BARE_END = re.compile(r"\s*(?:$|[.,!?;:)/&\n\u060c\u061f\u0964-](?!\d)|-(?=\d))")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")


@cache
def clock_pattern(language: str) -> re.Pattern[str]:
    """One clock time. Groups: `named`; `lead` and `leadhour`; `digits`, `sep`, `minute`; `word`
    and `wordminute`; then `oclock` or `hours`, `more` minutes, the `offset` after the hour, `ish`,
    and `am` or `pm`."""
    words = vocabulary(language)
    get = words.fragment
    hours, ish = get("hours"), get("ish")
    oclock, hours_word = get("oclock"), get("hours_word")
    half = rf"(?:(?P<am>{get('am')})|(?P<pm>{get('pm')}))"
    after_digits = rf"(?=\W|{get('am')}|{get('pm')}|{ish}|{oclock}|{hours_word}|$)"
    return re.compile(
        rf"(?:(?P<named>{get('named_hours')})(?=\b|{ish})"
        rf"|(?P<lead>{get('before_hour')}|(?P<past>{get('counted_past')})|(?P<to>{get('counted_to')}))"
        rf"\s+(?P<leadhour>(?:1\d|2[0-4]|[1-9])(?!\d|[:.,]\d)|{hours}\b)(?:\s*{oclock})?"
        rf"|(?P<digits>[01]?\d|2[0-4])(?:(?P<sep>[:.]|\s?[hu]\s?)(?P<minute>[0-5]\d)(?![\d%]))?"
        rf"(?![\d:/%]|[.,]\d){after_digits}"
        rf"|(?P<word>{hours})\b(?:[\s-]+(?P<wordminute>{get('minutes')})\b)?)"
        rf"(?:\s*(?:(?P<oclock>{oclock})|(?P<hours>{hours_word}))(?!\w)"
        rf"(?:\s*(?P<more>[0-5]\d(?![\d:.,%])|{get('minutes')}\b))?)?"
        rf"(?:\s*(?P<offset>{get('after_hour')})(?!\w))?"
        rf"(?:\s?(?P<ish>{ish}))?(?:\s*{half})?(?:\s?(?P<ish_too>{ish}))?"
    )


@cache
def military_pattern(language: str) -> re.Pattern[str]:
    """Four digits are a time on the hour or its quarters: "at 1530", "0900 hrs"."""
    unit = vocabulary(language).fragment("military_unit")
    return re.compile(
        r"(?P<hour>[01]\d|2[0-3])(?P<minute>00|15|30|45)(?!\w|[.,:]\d)"
        rf"(?P<unit>\s*{unit}(?!\w))?"
    )


@cache
def exact_lead(language: str) -> re.Pattern[str]:
    """What leads to an exact hour, before the position that a search ends at."""
    return re.compile(rf"(?<!\w){vocabulary(language).fragment('at')}\s*$")


def may_be_hour(plain: str, end: int, words: Vocabulary) -> bool:
    """Whether what follows a bare number leaves it an hour; most words make it a count of them."""
    if _BARE_END.match(plain, end) or _after_bare(words.language).match(plain, end):
        return True
    following = _NEXT_WORD.match(plain, end)
    return following is not None and following[1] in words.small_words


@cache
def _after_bare(language: str) -> re.Pattern[str]:
    get = vocabulary(language).fragment
    names = (
        *("weekdays", "months", "days", "parts", "parts_after_day", "week", "weekend"),
        *("at", "to", "to_and", "alternative", "inside", "onwards", "or_earlier"),
    )
    named = "|".join(rf"{get(name)}(?!\w)" for name in names)
    return re.compile(rf"\s*(?:{get('after_bare')}|{named})")

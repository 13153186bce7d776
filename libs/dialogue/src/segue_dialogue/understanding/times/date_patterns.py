"""What names of days look like: the patterns that `dates` builds days from."""

import re
from functools import cache

from segue_dialogue.understanding.times.vocabulary import feasts, table

_NOT_A_DATE = (
    r"(?!\s+(?:floor|street|st\b|ave|avenue|grade|time|visit|one|session|lesson|birthday|century|"
    r"anniversary|place|option|slot|choice|child|kid|appointment|class|generation|year|month|week|"
    r"day\b|quarter|step|attempt|email|message|try|opinion|hand|row|edition|party|rate))"
)


@cache
def date_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds of day names with what they look like, in the order in which they are tried."""
    weekday, month = table("weekdays").fragment, table("months").fragment
    ordinal = table("ordinals").fragment.replace("-", "[- ]")
    day = r"(?:[0-2]?\d|3[01])(?:\s?(?:st|nd|rd|th))?(?![\d:%]|[.,]\d)"
    nth = r"(?:[0-2]?\d|3[01])\s?(?:st|nd|rd|th)"
    year = r"(?:,?\s+(?P<year>20\d\d)(?!\d))?"
    which = r"(?P<which>(?:this|next|the following|following|coming|this coming|the coming))"
    edge = (
        r"(?:(?:the\s+)?(?P<edge>early(?: in)?|late(?:r)?(?: in)?|mid(?:dle of)?|start of|end of|"
        r"beginning of)[\s-]*(?:in\s+)?(?:the\s+)?)?"
    )
    count = table("counts").fragment
    feast = "|".join(f"(?:{name.pattern})" for name, _ in feasts())
    rules: list[tuple[str, str]] = [
        (rf"(?:the\s+)?(?P<nth>first|second|third|fourth|last|[1-4](?:st|nd|rd|th))\s+"
         rf"(?P<unit>week(?:end)?|{weekday})\s+(?P<of>(?:of|in)\s+"
         rf"(?P<month>(?:this|next|the)\s+month|{month}))", "nth_of_month"),
        (rf"(?P<lead>(?:(?P<count>{count}|\d)\s+)?(?:weeks?|fortnight)\s+(?:from|on|after)\s+)"
         rf"(?:(?:this|next|the)\s+)?(?:{weekday}|{table('days').fragment})", "weeks_from"),
        (rf"(?P<feast>{feast})", "feast"),
        (r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", "iso"),
        (rf"(?:the\s+)?(?P<day>{table('days').fragment})", "relative_day"),
        (rf"(?:(?P<first>{weekday})\s*(?:-|to|thru|through|till|until)\s*(?P<last>{weekday})"
         r"|(?:on\s+)?week\s?days?)", "weekdays"),
        (rf"(?:{which}\s+)?(?P<weekday>{weekday})\.?"
         r"(?:\s+(?P<later>week(?!\s*end)|fortnight|after next)\b)?"
         r"(?:\s+(?:of\s+)?(?P<week>next|this)\s+week)?", "weekday"),
        (r"(?P<which>this|next|the following|following|coming|this coming|the|at the)?\s*"
         r"week-?\s?ends?"
         r"(?P<after>\s+after(?:\s+(?:next|this(?:\s+one)?))?(?!\s*\w*\d))?", "weekend"),
        (rf"{edge}(?P<which>this|next|the|following|coming|the following|the coming|rest of the|"
         r"later this|rest of this)\s+week(?!\w|end)"
         r"(?P<after>\s+after\s+next|(?<=the\sweek)\s+after(?=\s*(?:$|[.,!?;]|at|on|works|"
         r"would|is|please|or)))?", "week"),
        (rf"{edge}(?P<which>this|next|the|following|coming|the following|later this)"
         r"\s+month(?!\w)", "this_month"),
        (rf"(?P<month>{month})\.?\s+(?:the\s+)?(?P<day>{day}|{ordinal})(?!\w)(?!\s?[ap]\.?m)"
         rf"{year}", "month_day"),
        (rf"(?:the\s+)?(?P<day>{day}|{ordinal})\s+(?:day\s+)?(?:of\s+)?(?P<month>{month})\b\.?"
         rf"{year}", "month_day"),
        (r"(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?:(?P=sep)(?P<year>20\d\d|\d\d))(?![\d/])",
         "numeric"),
        (r"(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})(?![\d/%])(?P<year>(?!))?"
         r"(?!\s*(?:bath|cup|inch|of\b|hour|price|off\b|miles?|acres?|ton))", "numeric"),
        (r"(?P<a>\d{1,2})(?P<sep>\.)(?P<b>\d{1,2})\.(?P<year>20\d\d|\d\d)?(?![\d.])", "numeric"),
        (rf"(?:the\s+)(?P<day>{nth}|{ordinal})(?!\w){_NOT_A_DATE}", "day_of_month"),
        (rf"(?P<day>{nth})(?!\w){_NOT_A_DATE}", "day_of_month"),
        (rf"{edge}(?P<cue>(?:in|by|before|until|till|during|around|for|of|this|next|from|since)\s+)?"
         rf"(?P<month>{month})\b\.?(?!\s+\d{{1,2}}(?!\d))(?:\s+(?:of\s+)?(?P<year>20\d\d))?",
         "month_alone"),
    ]  # fmt: skip
    return tuple((kind, re.compile(rf"{text}(?!\w)")) for text, kind in rules)

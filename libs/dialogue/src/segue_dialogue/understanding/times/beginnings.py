"""What any time of a language begins with, as one pattern: most words begin none."""

import re
from functools import cache

from segue_dialogue.understanding.times.clock_words import clock_pattern
from segue_dialogue.understanding.times.date_patterns import date_patterns, glued_patterns
from segue_dialogue.understanding.times.moments import moment_patterns
from segue_dialogue.understanding.times.scan_words import scan_words

_NAME = re.compile(r"\(\?P<\w+>")
_REFERENCE = "(?P="  # only patterns that begin with a digit refer back


@cache
def beginnings(language: str) -> re.Pattern[str]:
    """Matches wherever a piece of a time begins that doesn't begin with a digit, and at times where
    none does. One look at this pattern spares thirty at others."""
    words, clock = scan_words(language), clock_pattern(language).pattern
    lead = f"(?:{words.span_lead.pattern}|{words.open_lead.pattern})?"
    patterns = (
        words.nothing_to_come.pattern,
        words.day_part.pattern,
        words.this_part.pattern + words.part.pattern,
        words.part.pattern,
        *(pattern.pattern for pattern in moment_patterns(language)),
        *(pattern.pattern for _, pattern in glued_patterns(language)),
        *(pattern.pattern for _, pattern in date_patterns(language)),
        f"{lead}(?:{words.article.pattern})?(?:{clock})",
    )
    return re.compile(
        "|".join(_NAME.sub("(?:", pattern) for pattern in patterns if _REFERENCE not in pattern)
    )

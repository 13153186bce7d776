"""What may stand between the pieces of times, in the languages that a message may be in."""

import re
from dataclasses import dataclass
from functools import cache

from segue_dialogue.understanding.times.vocabulary import vocabulary


@dataclass(frozen=True)
class Glue:
    """Patterns for the text between two pieces."""

    inside: re.Pattern[str]  # of one time
    alternative: re.Pattern[str]  # two times that are alternatives
    through: re.Pattern[str]  # the first and the last of some days
    or_day: re.Pattern[str]  # a date and the number of another
    lasting: re.Pattern[str]  # ends in a word that a length of time follows


@cache
def glue(languages: tuple[str, ...]) -> Glue:
    """The glue of some languages together, since people mix them."""

    def any_of(name: str) -> str:
        found = (vocabulary(language).fragment(name) for language in languages)
        return f"(?:{'|'.join(found)})"

    def some(name: str) -> str:
        return rf"(?:{any_of(name)}[\s,]*){{0,3}}"

    either = rf"(?:{any_of('alternative')}|[&/,;\u060c-])"
    return Glue(
        inside=re.compile(rf"[\s,\u060c]*(?:(?:{any_of('inside')}|[@-])[\s,]*){{0,3}}"),
        alternative=re.compile(rf"[\s,]*{either}[\s,]*{some('after_alternative')}"),
        through=re.compile(rf"\s*(?:-|{any_of('to')})\s*(?:{any_of('the')}\s*)?"),
        or_day=re.compile(rf"\s*(?:[/&]|{any_of('or_day')})\s*(?:{any_of('the')}\s*)*"),
        lasting=re.compile(rf"(?<!\w){any_of('lasting')}(?!\w)"),
    )

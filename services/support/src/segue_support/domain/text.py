"""Words and sentences of a text, as searching and quoting need them."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
# Not after an initial or a title: "Dr. Alvarez" is one sentence's.
_SENTENCE_END = re.compile(
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\be\.g\.)(?<!\bi\.e\.)"
    r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(¿¡]*[^\Wa-z])"
)
# Words that ask, join or point, and so tell nothing of what is wanted.
_EMPTY = frozenset(
    re.findall(
        r"\S+",
        """
        a about after again all also am an and any anybody anyone anything are as ask asking at be
        been being both but by can could couldn't did do does doesn't doing don't each either else
        etc every few for from get give go going got had has have haven't having he hello help her
        here hey hi him his how how's i i'd i'll i'm i've if in info information into is isn't it
        it's its just kind kindly know let like love maybe me might mine much must my need no not
        now of off offer on one ones or other our out over own please possible provide question
        quick really regarding right say she should so some somebody someone something sort still
        such sure tell than thank thanks that that's the their them then there there's these they
        they're this those though to too up us use very want wanted was wasn't way we we're well
        were what what's when where where's whether which while who who's whom whose why will wish
        with won't wonder wondering would wouldn't yes yet you you'd you're your yours guys folks
        place practice office clinic long many ok okay fine today mom dad
        wife husband son daughter use uses using used see seen come comes coming need needs thing
        things goes happen happens make makes made el la los las
        un una unos unas de del al a y o u en con por para que qué como cómo cuando cuándo cuanto
        cuánto cuanta cuánta cuantos cuántos donde dónde cual cuál es son está están hay tiene
        tienen ustedes usted me mi su sus se lo le les si sí no hola gracias quiero quisiera saber
        puedo pueden puede
        u ur r im ive id ill whats wheres whens hows whos thats theres its dont doesnt didnt cant
        couldnt wont isnt arent wasnt havent hasnt youre theyre pls plz please thx gonna gotta wanna
        til till hw abt roughly approximately usually normally actually currently generally
        """,
    )
)
_WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAY = r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?"
_DAYS = re.compile(rf"\b{_DAY}\s*(?:-|–|to|through|until)\s*{_DAY}\b", re.IGNORECASE)
_SUFFIXES = (
    ("isation", "ize"), ("ization", "ize"), ("ations", "ate"), ("ivity", "ive"),
    ("ation", "ate"), ("ments", "ment"),
    ("ings", ""), ("ing", ""), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("xes", "x"),
    ("ches", "ch"), ("shes", "sh"), ("ers", "er"), ("ed", ""), ("s", ""),
)  # fmt: skip
_SHORTEST_STEM = 3


def words(text: str) -> list[str]:
    """The words of a text in order: lower case, without accents, apostrophes straight."""
    return [_folded(word) for word in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """The words that tell what a text is about."""
    return [word for word in words(text) if not is_empty(word)]


def is_empty(word: str) -> bool:
    """Whether a folded word tells nothing of what a text is about."""
    return word in _FOLDED_EMPTY


def days_between(text: str) -> list[str]:
    """The weekdays that a text means and doesn't name: Tuesday in "Monday to Wednesday"."""
    found: list[str] = []
    for first, last in _DAYS.findall(text):
        start, end = (_day(name) for name in (first, last))
        found += _WEEK[start + 1 : end] if start < end else []
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line ends one too."""
    return [
        part.strip()
        for line in text.splitlines()
        for part in _SENTENCE_END.split(line)
        if part and part.strip()
    ]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, so that `prices` meets `price`; crude, but the same for all."""
    word = word.removesuffix("'s")
    if word.isdigit():
        return word
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                continue
            word = word.removesuffix(suffix) + instead
            break
    # `making`, `make` and `mak`; `planned` and `plan`.
    if len(word) > _SHORTEST_STEM and word.endswith("e"):
        return word[:-1]
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls":
        return word[:-1]
    return word


def _day(name: str) -> int:
    return next(at for at, day in enumerate(_WEEK) if day.startswith(name[:3].lower()))


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


_FOLDED_EMPTY = frozenset(map(_folded, _EMPTY))

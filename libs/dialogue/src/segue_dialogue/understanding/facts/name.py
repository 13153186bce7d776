"""What the person is called."""

import re

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.language import is_small_word
from segue_dialogue.understanding.lexicon import matches_any, pattern, word_set
from segue_dialogue.understanding.message import LETTERS, Message, one_letter
from segue_dialogue.understanding.requests import given_names

_MOST_WORDS = 6
_LETTER_RUN = rf"{LETTERS}(?:['-]{LETTERS})*"
_WORD = re.compile(rf"{_LETTER_RUN}\.?")
_WITHOUT_STOP = re.compile(_LETTER_RUN)
# fmt: off
_PARTICLES = frozenset((
    "de", "del", "della", "la", "las", "los", "van", "von", "der", "den", "di", "da", "das", "do",
    "dos", "du", "le", "bin", "ibn", "al", "el", "y", "e", "zu", "zum", "zur", "ten", "ter", "ben",
    "abu",
))
# fmt: on
_GAP = re.compile(r"[ \t]+")


def find_name(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """A name given in an introduction or a sign-off, or the whole answer when it was asked for."""
    for language in spoken:
        for key, sure in (("name_said", True), ("name_hinted", False)):
            for found in pattern(language, key).finditer(message.plain):
                if name := _name_at(message, found.end(), sure=sure or asked, spoken=spoken):
                    return name
    return _signed(message, spoken) or (_answer(message, spoken) if asked else None)


def _name_at(
    message: Message, start: int, *, sure: bool, spoken: tuple[str, ...], most: int = _MOST_WORDS
) -> Found | None:
    """The name that begins at `start`; unless `sure`, it must be capitalised or a known name."""
    words = _name_words(message, start, spoken, most)
    if not words:
        return None
    first = message.original[words[0].start() : words[0].end()]
    known = first.lower() in given_names()
    shouted = message.original.isupper()
    if not (sure or known or (first[:1].isupper() and not shouted)):
        return None
    begin, end = words[0].start(), words[-1].end()
    return Found("name", _cased(message.original[begin:end]), begin, end)


def _name_words(
    message: Message, start: int, spoken: tuple[str, ...], most: int
) -> list[re.Match[str]]:
    """The run of words from `start` that can belong to a name."""
    words: list[re.Match[str]] = []
    position = start
    while len(words) < most:
        gap = _GAP.match(message.original, position)
        found = _WORD.match(message.original, gap.end() if gap else position)
        if not found or (words and not gap):
            break
        if not (words and found[0] in _PARTICLES) and _is_common(found[0], spoken):
            break
        lower_after_capital = words and words[0][0][:1].isupper() and found[0][:1].islower()
        if lower_after_capital and found[0] not in _PARTICLES:
            break
        words.append(found)
        position = found.end()
        if found[0].endswith(".") and len(found[0]) > 3:
            break
    while words and words[-1][0] in _PARTICLES:
        words.pop()
    return _without_final_stop(words)


def _without_final_stop(words: list[re.Match[str]]) -> list[re.Match[str]]:
    if words and words[-1][0].endswith("."):
        trimmed = _WITHOUT_STOP.match(words[-1].string, words[-1].start())
        assert trimmed is not None
        words[-1] = trimmed
    return words


def _is_common(word: str, spoken: tuple[str, ...]) -> bool:
    """A word that is no name, though some small words of other languages than English are."""
    lowered = one_letter(word.lower().rstrip("."))
    foreign = tuple(language for language in spoken if language != "en")
    return any(lowered in word_set(language, "not_name_words") for language in spoken) or (
        is_small_word(lowered, foreign) and lowered not in given_names()
    )


def _signed(message: Message, spoken: tuple[str, ...]) -> Found | None:
    """A sign-off on the last line: "thanks, Dana" or "- Dana"."""
    found = matches_any("name_sign_off", spoken, message.plain)
    if not found:
        return None
    name = _name_at(message, found.end(), sure=False, spoken=spoken, most=3)
    return name if name and not message.plain[name.end :].strip(" .!\n") else None


def _answer(message: Message, spoken: tuple[str, ...]) -> Found | None:
    """The whole message as a name: one to six words, none of them a common one."""
    lead = matches_any("name_lead_in", spoken, message.plain)
    start = lead.end() if lead else 0
    while start < len(message.plain) and not message.plain[start].isalnum():
        start += 1
    name = _name_at(message, start, sure=True, spoken=spoken)
    if not name:
        return None
    rest = message.plain[name.end :]
    return name if not rest.strip(" .!,\n") or rest.lstrip()[:1] in ",.!;\n" else None


def _cased(name: str) -> str:
    """Names typed all in one case get capitals; mixed case (McKay, de la Cruz) is left alone."""
    name = " ".join(name.split())
    if name != name.lower() and (name != name.upper() or len(name) < 3):
        return name
    return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), name.lower())

"""What only some businesses ask: bedrooms and area of a home, treatment and insurance of a patient.

A slot is looked for where the business's vertical has it or its own criteria name it.
"""

import re
from collections.abc import Callable
from functools import cache

from pydantic import TypeAdapter

from segue_dialogue.understanding.amounts import count_in, find_amounts
from segue_dialogue.understanding.datafiles import load_yaml
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any, pattern, word_set
from segue_dialogue.understanding.message import LETTERS, Message
from segue_dialogue.understanding.models import Affirmation, Context

TREATMENTS = (
    "implant", "crown", "bridge", "filling", "braces", "aligners", "whitening", "cleaning",
    "root_canal", "extraction", "veneers", "dentures", "checkup",
)  # fmt: skip
MOST_BEDROOMS = 50
_SLOTS = TypeAdapter(dict[str, list[str]])
_MOST_PLACE_WORDS = 4
_PLACE = re.compile(rf"{LETTERS}(?:['-]{LETTERS})*")
_GAP = re.compile(r"[ \t]+")

Finder = Callable[[Message, bool, Affirmation | None, tuple[str, ...]], Found | None]


def find_vertical(
    message: Message, context: Context, answer: Affirmation | None, spoken: tuple[str, ...]
) -> list[Found]:
    """The facts of the business's own slots; `answer` is a yes or no to what was asked."""
    wanted = dict.fromkeys((*vertical_slots(context.vertical), *context.slots))
    found = (
        _FINDERS[slot](message, context.question == slot, answer, spoken)
        for slot in wanted
        if slot in _FINDERS
    )
    return [fact for fact in found if fact]


@cache
def vertical_slots(vertical: str | None) -> tuple[str, ...]:
    """The slots that a vertical adds."""
    return tuple(_SLOTS.validate_python(load_yaml("verticals.yaml")).get(vertical or "", ()))


def _bedrooms(
    message: Message, asked: bool, answer: Affirmation | None, spoken: tuple[str, ...]
) -> Found | None:
    """The last count that was named: "not 2, make that 3 bedrooms"."""
    counted = [
        (found, int(count))
        for language in spoken
        for found in pattern(language, "bedrooms_counted").finditer(message.plain)
        if (count := count_in(found[0], spoken)) and count <= MOST_BEDROOMS
    ]
    if counted:
        found, count = counted[-1]
        return Found("bedrooms", count, found.start(), found.end())
    amounts = [a for a in find_amounts(message.plain, spoken) if 1 <= a.value <= MOST_BEDROOMS]
    if not asked or not amounts:
        return None
    return Found("bedrooms", int(amounts[-1].value), amounts[-1].start, amounts[-1].end)


def _area(
    message: Message, asked: bool, answer: Affirmation | None, spoken: tuple[str, ...]
) -> Found | None:
    """Where it is to be: the name of a place after "in" or "near"."""
    for language in spoken:
        for found in pattern(language, "area_said").finditer(message.plain):
            if place := _place(message, found.end(), spoken):
                return place
    return None


def _place(message: Message, start: int, spoken: tuple[str, ...]) -> Found | None:
    """The capitalised words from `start` on, unless they are a month or the like."""
    first = last = None
    position = start
    for _ in range(_MOST_PLACE_WORDS):
        gap = _GAP.match(message.original, position)
        word = _PLACE.match(message.original, gap.end() if gap else position)
        if not word or not word[0][:1].isupper() or _is_no_place(word[0], spoken):
            break
        first, last, position = first or word, word, word.end()
    if first is None or last is None or message.original.isupper():
        return None
    return Found("area", message.original[first.start() : last.end()], first.start(), last.end())


def _is_no_place(word: str, spoken: tuple[str, ...]) -> bool:
    lowered = word.lower()
    return any(
        lowered in word_set(language, key)
        for language in spoken
        for key in ("area_not_words", "need_filler_words")
    )


def _insurance(
    message: Message, asked: bool, answer: Affirmation | None, spoken: tuple[str, ...]
) -> Found | None:
    """Whether the person is insured; a plain yes or no answers it."""
    for key, insured in (("insurance_none", False), ("insurance_has", True)):
        if found := matches_any(key, spoken, message.plain):
            return Found("insurance", {"insured": insured}, found.start(), found.end())
    if not asked or answer is None:
        return None
    return Found("insurance", {"insured": answer == "yes"}, 0, len(message.plain))


def _treatment(
    message: Message, asked: bool, answer: Affirmation | None, spoken: tuple[str, ...]
) -> Found | None:
    """The treatment that is named first, by its English name whatever the language."""
    named = [
        (found.start(), treatment, found)
        for treatment in TREATMENTS
        if (found := matches_any(f"treatment_{treatment}", spoken, message.plain))
    ]
    if not named:
        return None
    _, treatment, found = min(named, key=lambda item: item[0])
    return Found("treatment", treatment, found.start(), found.end())


_FINDERS: dict[str, Finder] = {
    "bedrooms": _bedrooms,
    "area": _area,
    "insurance": _insurance,
    "treatment": _treatment,
}

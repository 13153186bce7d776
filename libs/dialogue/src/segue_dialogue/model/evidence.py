"""Whether a quote bears out a proposed fact, and what of its value is code's to say.

A model may find a statement that the built-in understanding misses. It may not make one up, so
each kind of fact has its own proof in the quoted words, and where code can compute the value from
them it does.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat
from pydantic import JsonValue

from segue_dialogue.model.figures import amounts_in, digits_of
from segue_dialogue.model.values import (
    AuthorityValue,
    BudgetValue,
    NeedValue,
    ProposedValue,
    TimelineValue,
    plain_value,
)
from segue_dialogue.model.words import speaks_of

LONGEST_NEED = 120
_MOST_PEOPLE = 1000
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Ground:
    """What facts may be about: `slots` that are wanted, the one that was `asked` about last, and
    the region (ISO 3166) and currency (ISO 4217) in which numbers are read."""

    slots: frozenset[str]
    asked: str | None = None
    region: str = "US"
    currency: str = "USD"


def gives_orders(text: str) -> bool:
    """Whether a message speaks to the machine, about its rules or other people's affairs, rather
    than about its writer."""
    return speaks_of("evidence.orders", text) or speaks_of("refusals.others", text)


def borne_out(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    """The value as the quote bears it out, or None."""
    if slot not in ground.slots:
        return None
    proof = _PROOFS.get(slot, _own)
    return proof(slot, value, quote, ground)


def _budget(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    if not isinstance(value, BudgetValue) or value.amount is None:
        return None
    about_money = (
        ground.asked == slot
        or speaks_of("evidence.budget", quote)
        or any(unicodedata.category(char) == "Sc" for char in quote)
    )
    amounts = {value.amount, value.amount_max if value.amount_max is not None else value.amount}
    if not about_money or not amounts <= amounts_in(quote):
        return None
    return plain_value(value)


def _authority(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    if not isinstance(value, AuthorityValue):
        return None
    subject = "decider" if value.role == "decider" else "others"
    return plain_value(value) if speaks_of(f"evidence.{subject}", quote) else None


def _need(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    """What is wanted is kept in the person's own words, since it is said back to them."""
    if not isinstance(value, NeedValue):
        return None
    if ground.asked != slot and not speaks_of("evidence.need", quote):
        return None
    summary = " ".join(quote.split())
    return {"summary": summary} if len(summary) <= LONGEST_NEED else None


def _timeline(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    """How many days a date is away is the built-in understanding's to say; a model can only tell
    that it is urgent where the words say so, and else that it is neither urgent nor idle."""
    if not isinstance(value, TimelineValue):
        return None
    if value.urgency == "now" and speaks_of("evidence.now", quote):
        return {"within_days": None, "urgency": "now"}
    if not (speaks_of("evidence.time", quote) or speaks_of("evidence.now", quote)):
        return None
    urgency = "soon" if value.urgency == "now" else value.urgency
    return {"within_days": None, "urgency": urgency}


def _people(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_PEOPLE:
        return None
    about_people = ground.asked == slot or speaks_of("evidence.people", quote)
    return value if about_people and value in amounts_in(quote) else None


def _phone(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    """The number is read from the quote; the model's must be the same one."""
    try:
        said = phonenumbers.parse(_with_plus(quote), ground.region)
    except phonenumbers.NumberParseException:
        return None
    number = phonenumbers.format_number(said, PhoneNumberFormat.E164)
    return number if phonenumbers.is_valid_number(said) and value == number else None


def _with_plus(quote: str) -> str:
    return ("+" if "+" in quote else "") + digits_of(quote)


def _email(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    said = str(value).strip()
    words = re.split(r"[\s<>(),;:\"']+", quote)
    known = any(word.rstrip(".!?").casefold() == said.casefold() for word in words)
    return said if "@" in said and known else None


def _name(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    name = " ".join(str(value).split())
    letters = [char for char in name if not (char.isspace() or char in "-'’.")]
    if not letters or len(name) > 60 or not all(_is_letter(char) for char in letters):
        return None
    return name if name.casefold() in " ".join(quote.split()).casefold() else None


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _own(slot: str, value: ProposedValue, quote: str, ground: Ground) -> JsonValue:
    """A slot that the business adds holds a number that was said, or the words themselves."""
    named = {word.casefold() for word in slot.split("_")} & {
        word.casefold() for word in _WORD.findall(quote)
    }
    if ground.asked != slot and not named:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if value in amounts_in(quote) else None
    return " ".join(quote.split()) if isinstance(value, str | bool) else None


_PROOFS: dict[str, Callable[[str, ProposedValue, str, Ground], JsonValue]] = {
    "budget": _budget,
    "authority": _authority,
    "need": _need,
    "timeline": _timeline,
    "people": _people,
    "phone": _phone,
    "email": _email,
    "name": _name,
}

"""What the value of a fact may look like, slot by slot, and whether its quote bears it out."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, JsonValue


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BudgetValue(_Value):
    """Money: `amount` in units of the currency; `amount_max` only for a range."""

    amount: float | None = Field(ge=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    bound: Literal["exact", "max", "min", "about", "range"]
    amount_max: float | None = None
    per: Literal["hour", "day", "week", "month", "year"] | None = None


class AuthorityValue(_Value):
    """What say the person has in the decision."""

    role: Literal["decider", "joint", "influencer"]


class NeedValue(_Value):
    """What the person wants, in a few words."""

    summary: str = Field(min_length=1, max_length=300)


class TimelineValue(_Value):
    """How soon it is wanted."""

    within_days: int | None
    urgency: Literal["now", "soon", "later", "none"]


class RefusedValue(_Value):
    """The person was asked and would rather not say."""

    refused: Literal[True]


ProposedValue = (
    BudgetValue
    | AuthorityValue
    | NeedValue
    | TimelineValue
    | RefusedValue
    | bool
    | int
    | float
    | str
)

_SHAPES: dict[str, type | tuple[type, ...]] = {
    "budget": BudgetValue,
    "authority": AuthorityValue,
    "need": NeedValue,
    "timeline": TimelineValue,
    "people": int,
    "name": str,
    "phone": str,
    "email": str,
}
# A slot that a business adds holds one plain value.
_PLAIN = (bool, int, float, str)
# A short run of digits proves nothing about whose number it is.
_SHORTEST_PHONE = 6


def supported(slot: str, value: ProposedValue, quote: str) -> bool:
    """Whether the value has its slot's shape and doesn't say more than the quote does.

    What can be checked against the words is: a number to ring, an address, a name, an amount.
    """
    if isinstance(value, RefusedValue):
        return True
    if not isinstance(value, _SHAPES.get(slot, _PLAIN)) or (
        slot == "people" and isinstance(value, bool)
    ):
        return False
    check = _CHECKS.get(slot)
    return check is None or check(value, quote)


def plain_value(value: ProposedValue) -> JsonValue:
    """The value as JSON, without what is optional and absent."""
    if not isinstance(value, BaseModel):
        return value
    dumped: dict[str, JsonValue] = value.model_dump(mode="json")
    optional = {name for name, field in type(value).model_fields.items() if not field.is_required()}
    return {name: item for name, item in dumped.items() if item is not None or name not in optional}


def numbers_in(text: str) -> list[str]:
    """The numbers in a text as digits, separators dropped: `2,500.00` is `250000`."""
    return [digits_of(run) for run in re.findall(r"\d[\d.,'’\u00a0\u202f]*", text)]


def digits_of(text: str) -> str:
    """The digits of a text, in any script, as ASCII."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def _budget_in(value: object, quote: str) -> bool:
    written = {number.strip("0") for number in numbers_in(quote)}
    if not isinstance(value, BudgetValue) or not written:
        return isinstance(value, BudgetValue)
    amounts = [value.amount, value.amount_max]
    return all(amount is None or _significant(amount) in written for amount in amounts)


def _significant(amount: float) -> str:
    """`1500.0` and `1.5` (k) have the same digits: `15`."""
    return digits_of(f"{amount:.2f}").strip("0")


def _phone_in(value: object, quote: str) -> bool:
    written = digits_of(quote).lstrip("0")
    try:
        number = phonenumbers.parse(str(value))
    except phonenumbers.NumberParseException:
        return False
    full = digits_of(str(value))
    said = len(written) >= _SHORTEST_PHONE and full.endswith(written)
    return said and phonenumbers.is_valid_number(number)


def _email_in(value: object, quote: str) -> bool:
    return "@" in str(value) and str(value).casefold() in quote.casefold()


def _name_in(value: object, quote: str) -> bool:
    words = str(value).casefold().split()
    return bool(words) and all(word in quote.casefold() for word in words)


def _some_people(value: object, _: str) -> bool:
    return isinstance(value, int) and 1 <= value <= 100_000


_CHECKS: dict[str, Callable[[object, str], bool]] = {
    "budget": _budget_in,
    "phone": _phone_in,
    "email": _email_in,
    "name": _name_in,
    "people": _some_people,
}

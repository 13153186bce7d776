"""What the value of a proposed fact may look like, slot by slot."""

from typing import Literal

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


ProposedValue = BudgetValue | AuthorityValue | NeedValue | TimelineValue | bool | int | float | str


def plain_value(value: ProposedValue) -> JsonValue:
    """The value as JSON, without what is optional and absent."""
    if not isinstance(value, BaseModel):
        return value
    dumped: dict[str, JsonValue] = value.model_dump(mode="json")
    optional = {name for name, field in type(value).model_fields.items() if not field.is_required()}
    return {name: item for name, item in dumped.items() if item is not None or name not in optional}

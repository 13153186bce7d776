"""What a stated budget is worth beside the tenant's minimum."""

from collections.abc import Mapping

from pydantic import JsonValue

# "About 900" is no refusal to pay 990.
ABOUT = 1.10
# From this share of the minimum on, half the points.
NEAR = 0.6
PERCENT_NEAR = 50


def grade_budget(
    value: Mapping[str, JsonValue], minimum: float | None, currency: str
) -> tuple[int, str]:
    """The share of the points in percent, and why; `minimum` is in `currency` (ISO 4217)."""
    amount, unit = upper_amount(value), str(value.get("currency") or currency)
    if amount is None:
        if value.get("bound") == "min":
            return 100, "money is no object"
        return 0, "wants to pay as little as possible"
    stated = f"{_written(amount)} {unit}"
    if minimum is None:
        return 100, f"{stated} stated"
    if unit != currency:
        return PERCENT_NEAR, f"{stated} can't be set against a minimum in {currency}"
    reach = amount * ABOUT if value.get("bound") == "about" else amount
    against = f"the minimum of {_written(minimum)} {currency}"
    if reach >= minimum:
        near = "" if amount >= minimum else "about "
        return 100, f"{stated} reaches {near}{against}"
    if reach >= NEAR * minimum:
        return PERCENT_NEAR, f"{stated} is below {against}, but not far"
    return 0, f"{stated} is far below {against}"


def upper_amount(value: Mapping[str, JsonValue]) -> float | None:
    """The most that was named: a range counts with its upper end."""
    amounts = [
        float(amount)
        for amount in (value.get("amount"), value.get("amount_max"))
        if isinstance(amount, int | float) and not isinstance(amount, bool)
    ]
    return max(amounts, default=None)


def _written(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")

"""Marks personal data in the models, and masks what is marked."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, JsonValue


class Personal:
    """Marker for a field that identifies a person or holds what they said."""


PersonalText = Annotated[str, Personal()]
PersonalValue = Annotated[JsonValue, Personal()]


def mask_text(text: str) -> str:
    """What a masked view shows instead of `text`: only how long it was."""
    return f"‹{len(text)} characters›"


def masked(model: BaseModel) -> dict[str, Any]:
    """The model as JSON-ready values, every personal field replaced by its mask."""
    personal = _personal_fields(type(model))
    return {
        name: _hide(value) if name in personal else _masked_value(value) for name, value in model
    }


@cache
def _personal_fields(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if _is_marked((*field.metadata, field.annotation))
    )


def _is_marked(parts: tuple[object, ...]) -> bool:
    """Whether the mark is on the field itself or inside it, as in `PersonalText | None`."""
    return any(isinstance(part, Personal) or _is_marked(get_args(part)) for part in parts)


def _masked_value(value: object) -> object:
    if isinstance(value, BaseModel):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked_value(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return _as_json(value)


def _hide(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list | tuple):
        return [_hide(item) for item in value]
    return "‹masked›"


def _as_json(value: object) -> object:
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if callable(isoformat) else str(value)

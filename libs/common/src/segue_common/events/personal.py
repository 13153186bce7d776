"""Marks personal data in the models, and masks what is marked."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, GetJsonSchemaHandler, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Personal:
    """Marker for a field that identifies a person or holds what they said."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core_schema), "x-personal": True}


M = TypeVar("M", bound=BaseModel)


def _storable(text: str) -> str:
    """Without NUL, which nobody means and PostgreSQL can't store."""
    return text.replace("\x00", "") if "\x00" in text else text


PersonalText = Annotated[str, Personal(), AfterValidator(_storable)]
PersonalValue = Annotated[JsonValue, Personal()]


def mask_text(text: str) -> str:
    """What a masked view shows instead of `text`: only how long it was."""
    return f"‹{len(text)} characters›"


def masked_copy(model: M) -> M:
    """The model with every personal field replaced by its mask."""
    personal = _personal_fields(type(model))
    return model.model_copy(
        update={
            name: _hide(value) if name in personal else _masked_value(value)
            for name, value in model
        }
    )


def masked(model: BaseModel) -> dict[str, Any]:
    """The same as JSON-ready values."""
    return masked_copy(model).model_dump(mode="json")


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
        return masked_copy(value)
    if isinstance(value, Mapping):
        return {key: _masked_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_masked_value(item) for item in value)
    return value


def _hide(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list | tuple):
        return type(value)(_hide(item) for item in value)
    return "‹masked›"

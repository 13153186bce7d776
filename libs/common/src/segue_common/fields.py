"""Fields of what outsiders send: one that is needed, and one that is wrong."""

from collections.abc import Mapping


class InvalidField(ValueError):
    """A field of a request is missing or can't be what it should be."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


def needed(form: Mapping[str, str], *names: str) -> str:
    """The first of these fields that says something: older spellings come last. Raises
    `InvalidField`, which names the first."""
    for name in names:
        if value := form.get(name, "").strip():
            return value
    raise InvalidField(names[0], f"The form has no {names[0]}.")

"""The sentences of one field of an answer, while the answer is still being written."""

import re
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

_FIELDS = TypeAdapter(dict[str, object])
# A sentence ends with a mark that something follows: "3.50" is no end, nor are scripts that put
# no space after theirs in need of one.
_ENDS = re.compile(r"[.!?…։।؟۔]+[\"'”’»)]*(?=\s)|[。！？]+[」』”]?")


class Sentences:
    """The sentences of a text field of a JSON object that is still being written."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._taken = 0

    def of(self, document: str, *, complete: bool = False) -> Iterator[str]:
        """The sentences that are whole now and weren't before; with `complete`, also the rest."""
        text = self._text(document)
        for end in _ENDS.finditer(text, self._taken):
            yield from self._take(text, end.end())
        if complete:
            yield from self._take(text, len(text))

    def _take(self, text: str, end: int) -> Iterator[str]:
        sentence, self._taken = text[self._taken : end].strip(), end
        if sentence:
            yield sentence

    def _text(self, document: str) -> str:
        try:
            value = _FIELDS.validate_python(
                from_json(document, allow_partial="trailing-strings")
            ).get(self._field)
        except (ValueError, ValidationError):
            return ""
        return value if isinstance(value, str) else ""

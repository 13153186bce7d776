"""One language's messages, read from a gettext file."""

import gettext
import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from segue_dialogue.phrasing.errors import BadCatalogue


@dataclass(frozen=True)
class Phrase:
    """The forms of one message: one, or as many as the language has plurals."""

    forms: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names in braces, over all forms."""
        return frozenset().union(*(fields_of(form) for form in self.forms))


@dataclass(frozen=True)
class Catalogue:
    """The phrases of one language by key, and the rule that picks a plural form."""

    language: str
    phrases: dict[str, Phrase]
    plural_form: Callable[[int], int]


def read_catalogue(path: Path) -> Catalogue:
    """Read `<language>.po`; raises BadCatalogue. Untranslated and fuzzy messages are left out."""
    try:
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{path.name}: {error}") from error
    phrases: dict[str, Phrase] = {}
    for message in catalog:
        forms = _forms(message)
        if message.id and not message.fuzzy and all(forms):
            phrases[_key(message)] = _checked(path, message, forms)
    return Catalogue(path.stem, phrases, gettext.c2py(catalog.plural_expr))


def fields_of(text: str) -> frozenset[str]:
    """The names in braces; raises ValueError for anything but plain `{name}` fields."""
    names: set[str] = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not a plain named field")
        names.add(name)
    return frozenset(names)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def _checked(path: Path, message: Message, forms: tuple[str, ...]) -> Phrase:
    try:
        for form in forms:
            fields_of(form)
    except ValueError as error:
        raise BadCatalogue(f"{path.name}: {_key(message)}: {error}") from error
    return Phrase(forms)

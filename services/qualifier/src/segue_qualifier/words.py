"""Puts a move into words of a language, from the message catalogues."""

from collections.abc import Iterable
from datetime import date, datetime

from segue_dialogue.phrasing import format_phone, format_slot, phone_hint, phrasebook

from segue_qualifier.domain.move import Line


def say(lines: Iterable[Line], language: str, today: date) -> str:
    """The lines as one message; `today` is the reader's date."""
    return " ".join(_say(line, language, today) for line in lines)


def _say(line: Line, language: str, today: date) -> str:
    count = line.values.get("count")
    values = {name: _shown(name, value, language, today) for name, value in line.values.items()}
    if isinstance(count, int):
        del values["count"]
        return phrasebook().say_count(line.key, language, count, **values)
    return phrasebook().say(line.key, language, **values)


def _shown(name: str, value: str | int | datetime | Line, language: str, today: date) -> object:
    if isinstance(value, Line):
        return _say(value, language, today)
    if isinstance(value, datetime):
        return format_slot(value, language, today=today)
    if name == "phone":
        return format_phone(str(value), language)
    if name == "phone_hint":
        return phone_hint(str(value) or None, language)
    return value

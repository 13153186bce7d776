"""How Segue says things: message catalogues and the local forms of times, money and lists."""

from segue_dialogue.phrasing.errors import (
    BadCatalogue,
    MissingValue,
    PhrasingError,
    UnknownPhrase,
)
from segue_dialogue.phrasing.formats import (
    format_money,
    format_phone,
    join_and,
    join_or,
    phone_hint,
)
from segue_dialogue.phrasing.locales import is_right_to_left
from segue_dialogue.phrasing.phrasebook import Phrasebook, phrasebook
from segue_dialogue.phrasing.times import format_day, format_slot, format_slots, format_time

__all__ = [
    "BadCatalogue",
    "MissingValue",
    "Phrasebook",
    "PhrasingError",
    "UnknownPhrase",
    "format_day",
    "format_money",
    "format_phone",
    "format_slot",
    "format_slots",
    "format_time",
    "is_right_to_left",
    "join_and",
    "join_or",
    "phone_hint",
    "phrasebook",
]

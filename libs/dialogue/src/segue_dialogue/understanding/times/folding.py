"""A message as the grammar of times reads it: without accents, in plain digits, of one length."""

from unicodedata import category, decimal, normalize

from segue_dialogue.understanding.message import SIGNS

# Letters whose stroke or tail is part of them, so that they don't decompose.
_STROKES = {"ł": "l", "ø": "o", "đ": "d", "ß": "s", "æ": "a", "œ": "o"}
# A vowel sign is no `\w`: a letter that no message has stands for it, so words end where they end.
_SPARE_LETTERS = 0x3400
_DIGITS = [char for char in map(chr, range(0x0660, 0x0F00)) if char.isdecimal()]
_LATIN = [char for char in map(chr, range(0xC0, 0x250)) if char.isalpha()]


def _base(char: str) -> str:
    base = normalize("NFD", char)[0]
    return base if category(base)[0] == "L" else char


_FOLDED = (
    {ord(char): _base(char) for char in _LATIN}
    | {ord(char): plain for char, plain in _STROKES.items()}
    | {ord(sign): chr(_SPARE_LETTERS + i) for i, sign in enumerate(SIGNS)}
    | {ord(char): str(decimal(char)) for char in _DIGITS}
)


def fold(text: str) -> str:
    """The text with the letters that keyboards leave out of it: mañana as manana, ٣ as 3."""
    return text.translate(_FOLDED)

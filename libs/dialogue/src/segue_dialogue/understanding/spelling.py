"""The spellings of a word that count as the same: without its accents, with ae for ä, ss for ß."""

import re
from unicodedata import category, normalize

from segue_dialogue.understanding.message import SIGNS, one_letter

# Thai, Lao, Burmese, Khmer, kana and Han are written without spaces: nothing there ends a word.
LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
SIGN = f"[{SIGNS}]"
# A pattern between these two matches whole words only.
WORD_START = f"(?<!{LETTER})(?<!{SIGN})"
WORD_END = f"(?!{LETTER})(?!{SIGN})"
NUKTA = "\u093c\u09bc\u0a3c\u0abc"
_NASALS = "\u0901\u0902"  # two signs of Devanagari for the same sound
_LATIN = range(0x00C0, 0x0250)
_WITHOUT_MARK = {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "œ": "oe", "æ": "ae"}
_IN_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_BRACKETS = re.compile(r"(\[[^\]]*\]|\\.)")
_DROPPED = re.compile(f"[{NUKTA}\u064b-\u0652\u0640]")


def spellings(pattern: str) -> str:
    """A pattern that matches every spelling of the words in `pattern`; brackets are left alone."""
    parts = _BRACKETS.split(one_letter(normalize("NFC", pattern)))
    return "".join(
        part if _BRACKETS.fullmatch(part) else "".join(_ways(char) for char in part)
        for part in parts
    )


def folded(word: str) -> str:
    """What all spellings of a word have in common, but for two letters that stand for one."""
    word = word.translate({ord(char): "\u0902" for char in _NASALS})
    return "".join(_bare(char) for char in _DROPPED.sub("", one_letter(normalize("NFC", word))))


def foldings(word: str) -> frozenset[str]:
    """`folded`, and the same with two letters for one."""
    doubled = "".join(_IN_TWO_LETTERS.get(char, char) for char in normalize("NFC", word))
    return frozenset((folded(word), folded(doubled)))


def _ways(char: str) -> str:
    if char in NUKTA:
        return f"{char}?"
    if char in _NASALS:
        return f"[{_NASALS}]"
    bare = _bare(char)
    if bare == char:
        return char
    return f"(?:{'|'.join(dict.fromkeys((char, bare, _IN_TWO_LETTERS.get(char, char))))})"


def _bare(char: str) -> str:
    if char in _WITHOUT_MARK:
        return _WITHOUT_MARK[char]
    if ord(char) not in _LATIN:
        return char
    return "".join(part for part in normalize("NFD", char) if category(part) != "Mn")

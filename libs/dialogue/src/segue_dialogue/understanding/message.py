"""A message made safe to search: same length, lower case, odd characters made plain."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from unicodedata import category, normalize

HEAD_CHARS = 1500  # people open with what they want
TAIL_CHARS = 500  # and close with how to reach them

_STRAIGHT = str.maketrans("‘’ʼ`´“”„–—−‐‑", "'''''\"\"\"-----")
# Vowel signs and joiners of the scripts of India: inside a word, though `\w` leaves them out.
_INDIA = range(0x0900, 0x0E00)
SIGNS = "".join(char for char in map(chr, _INDIA) if category(char)[0] == "M")
LETTERS = rf"(?:[^\W\d_]|[{SIGNS}])+"
_WORD = re.compile(rf"{LETTERS}(?:'{LETTERS})*|\d+")
# Letters that keyboards write in several ways, each beside the one it is searched by.
_SAME_LETTERS = "یي ىي ېي ئي کك ڪك أا إا آا ٱا ةه ہه ۀه ھه ەه ؤو ёе ıi İi"
# Letters of India with a dot inside: found without it, since many people leave it out.
_DOTTED = {
    char: normal[0] for char in map(chr, _INDIA) if len(normal := normalize("NFC", char)) > 1
}
_ONE_LETTER = str.maketrans({pair[0]: pair[1] for pair in _SAME_LETTERS.split()} | _DOTTED)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROLS = {code: " " for code in (*range(0x20), 0x7F) if code != ord("\n")}
_BLANK_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Cn"}


@dataclass(frozen=True)
class Message:
    """`plain[i]` stands for `original[i]`, so every span found in one quotes the other."""

    original: str
    plain: str

    def quote(self, start: int, end: int) -> str:
        """The verbatim words of a span, without the white space around them."""
        return self.original[start:end].strip()

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.plain))

    def blanked(self, spans: list[tuple[int, int]]) -> "Message":
        """The same message with spans made unreadable, because something else claimed them."""
        plain = self.plain
        for start, end in spans:
            plain = plain[:start] + "\x1a" * (end - start) + plain[end:]
        return Message(self.original, plain)


@lru_cache(maxsize=16)  # each part of the understanding reads the same text
def read(text: str) -> Message:
    """Prepare a text of any length and content; a very long one keeps its head and its tail."""
    original = _shortened(text)
    straight = original.translate(_STRAIGHT)
    if straight.isascii():
        return Message(original, straight.lower().translate(_CONTROLS))
    plain = "".join(_plain_char(char) for char in straight)
    return Message(original, one_letter(plain))


def one_letter(text: str) -> str:
    """The text with one letter for each of those that are typed in several ways."""
    return text.translate(_ONE_LETTER)


def without_surrogates(text: str) -> str:
    """Lone surrogates can be neither stored nor sent, so they become U+FFFD one for one."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _shortened(text: str) -> str:
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    head, tail = text[:HEAD_CHARS], text[-TAIL_CHARS:]
    # Cut at a space where there is one, so that no word or number is halved.
    head = head.rsplit(None, 1)[0] if " " in head else head
    tail = tail.split(None, 1)[-1] if " " in tail else tail
    return f"{head}\n\n{tail}"


def _plain_char(char: str) -> str:
    if char < "\x7f":
        return char.lower() if char >= " " or char == "\n" else " "
    if category(char) in _BLANK_CATEGORIES:
        return " "
    lower = char.lower()
    return lower if len(lower) == 1 else char

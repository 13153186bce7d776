"""E-mail addresses and phone numbers."""

import re

import phonenumbers

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message

_EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])"
)
_ENOUGH_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")
_LOOKS_NATIONAL = re.compile(r"^\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}$")
_DATE = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")


def find_emails(message: Message) -> list[Found]:
    """Addresses, lower case, in order."""
    return [
        Found("email", found[0], found.start(), found.end())
        for found in _EMAIL.finditer(message.plain)
    ]


def find_phones(
    message: Message, region: str, *, asked: bool, spoken: tuple[str, ...] = ("en",)
) -> list[Found]:
    """Numbers in E.164, national ones read in `region` (ISO 3166).

    A number of the region's numbering plan always counts. One that is merely possible counts when
    a number was asked for or spoken of, when it starts with +, or when it is written like one.
    """
    if not _ENOUGH_DIGITS.search(message.plain):
        return []
    text = "".join(char if char.isascii() else _ascii_digit(char) for char in message.plain)
    cued = asked or matches_any("phone_cue", spoken, message.plain) is not None
    found = _matches(text, region, phonenumbers.Leniency.VALID)
    if not found:
        found = [
            match
            for match in _matches(text, region, phonenumbers.Leniency.POSSIBLE)
            if cued or match.raw_string.startswith("+") or _LOOKS_NATIONAL.match(match.raw_string)
        ]
    return [
        Found("phone", phonenumbers.format_number(m.number, E164), m.start, m.end) for m in found
    ]


E164 = phonenumbers.PhoneNumberFormat.E164


def _matches(text: str, region: str, leniency: int) -> list[phonenumbers.PhoneNumberMatch]:
    matcher = phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency, max_tries=20)
    return [match for match in matcher if not _DATE.match(match.raw_string)]


def _ascii_digit(char: str) -> str:
    return str(int(char)) if char.isdecimal() else char

"""Addresses as carriers write them, and the identity that each stands for."""

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers

Kind = Literal["phone", "whatsapp_user", "web", "email"]
WHATSAPP = "whatsapp:"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")
# Business-scoped user ID of WhatsApp: country code, dot, letters and digits.
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
# WhatsApp keeps forms of mobile numbers that the national plans have given up.
_MEXICO_OLD = re.compile(r"\+521(\d{10})")
_BRAZIL_OLD = re.compile(r"\+55(\d{2})([6-9]\d{7})")

# What Twilio calls a caller whose number is withheld: RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS and
# UNAVAILABLE, spelt on a keypad. Whoever was known by one of these would be everybody.
_WITHHELD = {"+7378742833", "+2562533", "+8656696", "+266696687", "+86282452253"}


@dataclass(frozen=True, order=True)
class Identity:
    """One way to recognise a person within a tenant; `phone` values are E.164."""

    kind: Kind
    value: str


def e164(number: str) -> str | None:
    """A number with its country code in its one E.164 form; None for what is none, or nobody's.

    Mexico dropped the 1 after +52 in 2019 and Brazil added a 9 to mobile numbers by 2016;
    WhatsApp still reports either, SMS and calls don't.
    """
    if not _E164.fullmatch(number) or number in _WITHHELD:
        return None
    if old := _MEXICO_OLD.fullmatch(number):
        return f"+52{old[1]}"
    if old := _BRAZIL_OLD.fullmatch(number):
        return f"+55{old[1]}9{old[2]}"
    return number


def national_to_e164(text: str, region: str) -> str | None:
    """A number as people write it in `region` (ISO 3166), or None if no such number can be."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return e164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def identity_of(address: str) -> Identity | None:
    """Whom a carrier's address stands for: `+1…`, `whatsapp:+1…`, `whatsapp:US.1234`, a short
    code; None if it is nothing of that kind."""
    bare = address.removeprefix(WHATSAPP)
    if number := e164(bare):
        return Identity("phone", number)
    if _USER_ID.fullmatch(bare):
        return Identity("whatsapp_user", bare)
    if bare is address and _SHORT_CODE.fullmatch(address):
        return Identity("phone", address)
    return None


def email_of(text: str) -> str | None:
    """An e-mail address in lower case, or None if it can't be one."""
    trimmed = text.strip()
    return trimmed.lower() if len(trimmed) <= 254 and _EMAIL.fullmatch(trimmed) else None


def phone_of(identity: Identity) -> str | None:
    """The number that can be rung, if the identity is one."""
    return identity.value if identity.kind == "phone" and identity.value.startswith("+") else None


def is_whatsapp_user(address: str) -> bool:
    """Whether the address is a business-scoped user ID, with or without its channel."""
    return _USER_ID.fullmatch(address.removeprefix(WHATSAPP)) is not None

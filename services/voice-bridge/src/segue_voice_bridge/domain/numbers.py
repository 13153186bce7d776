"""Telephone numbers: which may be rung, and in which time zones their owner may be."""

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers import timezone as number_zones

# Ringing one of these costs the business money or reaches nobody.
_NEVER_RUNG = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}
_UNKNOWN_ZONE = "Etc/Unknown"


def may_be_rung(phone: str | None) -> bool:
    """Whether this is an E.164 number that a call can reach.

    The length must be possible for its country. Whether the number is in use is left to the
    carrier: numbering plans change faster than the metadata that we carry.
    """
    number = _parsed(phone)
    return (
        number is not None
        and phonenumbers.is_possible_number(number)
        and phonenumbers.number_type(number) not in _NEVER_RUNG
    )


def zones_of(phone: str, fallback: str) -> tuple[str, ...]:
    """Every time zone that the number's owner may be in; `fallback` where none is known."""
    number = _parsed(phone)
    zones = number_zones.time_zones_for_number(number) if number else ()
    known = tuple(zone for zone in zones if zone != _UNKNOWN_ZONE)
    return known or (fallback,)


def e164(phone: str | None) -> str | None:
    """A number in its one form, by which it is known in every conversation; None for no number."""
    number = _parsed(phone)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def _parsed(phone: str | None) -> PhoneNumber | None:
    if not phone or not phone.startswith("+"):
        return None
    try:
        return phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None

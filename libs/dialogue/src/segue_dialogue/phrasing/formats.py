"""Money, numbers to call, and lists, as people of a language write them."""

from collections.abc import Sequence
from decimal import Decimal

import phonenumbers
from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency

from segue_dialogue.phrasing.locales import is_right_to_left, locale_for
from segue_dialogue.phrasing.phrasebook import phrasebook

# A no-break space would push a text message from 160 to 70 characters a part.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
_ISOLATE, _END_ISOLATE = "\u2066", "\u2069"
# CLDR's "en" has the serial comma, which the catalogue does not.
_LIST_LOCALES = {"en": "en-GB"}


def plain_spaces(text: str) -> str:
    """The text with ordinary spaces for the no-break ones that CLDR likes."""
    return text.translate(_SPACES)


def spoken_locale(language: str) -> Locale:
    """The locale of the catalogue language that the values will stand in."""
    return locale_for(phrasebook().spoken(language))


def format_money(amount: Decimal | int | float, currency: str, language: str) -> str:
    """`$1,500`, `1.500,50 €`: an amount in units of an ISO 4217 currency; no empty decimals."""
    locale = spoken_locale(language)
    value = Decimal(str(amount))
    pattern: str = locale.currency_formats["standard"].pattern
    whole = value == value.to_integral_value()
    if whole:
        pattern = pattern.replace(".00", "")
    text = format_currency(value, currency, pattern, locale=locale, currency_digits=not whole)
    return plain_spaces(text)


def format_phone(phone: str, language: str) -> str:
    """`+1 202-555-0123` from E.164; kept in its own direction in right-to-left text."""
    try:
        number = phonenumbers.parse(phone)
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        text = phone
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if is_right_to_left(language) else text


def phone_hint(phone: str | None, language: str) -> str:
    """What the field `{phone_hint}` takes: ` (+1 202-555-0123)`, or nothing without a number."""
    return f" ({format_phone(phone, language)})" if phone else ""


def join_or(items: Sequence[str], language: str) -> str:
    """`A, B or C`; an empty sequence gives an empty text."""
    return plain_spaces(format_list(items, style="or", locale=_list_locale(language)))


def join_and(items: Sequence[str], language: str) -> str:
    """`A, B and C`; an empty sequence gives an empty text."""
    return plain_spaces(format_list(items, style="standard", locale=_list_locale(language)))


def _list_locale(language: str) -> Locale:
    locale = spoken_locale(language)
    return locale_for(_LIST_LOCALES.get(str(locale), str(locale)))

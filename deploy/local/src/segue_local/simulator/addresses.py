"""Phone numbers and channel addresses as the carriers write them."""

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")
WHATSAPP_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
WHATSAPP = "whatsapp:"


def is_whatsapp(address: str) -> bool:
    return address.startswith(WHATSAPP)


def bare(address: str) -> str:
    """The number without its channel, with a plus: `whatsapp:+1555` and `1555` give `+1555`."""
    number = address.removeprefix(WHATSAPP)
    return f"+{number}" if number.isdigit() else number


def is_phone_number(address: str) -> bool:
    """Twilio's magic test number +15005550001 is always invalid."""
    return E164.fullmatch(address) is not None and address != "+15005550001"


def is_message_address(address: str) -> bool:
    """An E.164 number, a WhatsApp number or a WhatsApp business-scoped user ID."""
    if not is_whatsapp(address):
        return is_phone_number(address)
    rest = address.removeprefix(WHATSAPP)
    return is_phone_number(rest) or WHATSAPP_USER_ID.fullmatch(rest) is not None

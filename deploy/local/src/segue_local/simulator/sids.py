"""Identifiers shaped as the carriers shape theirs."""

import base64
import secrets


def new_sid(prefix: str) -> str:
    """A two-letter prefix and 32 hexadecimal digits, e.g. `SM...`, `CA...`, `VX...`."""
    return prefix + secrets.token_hex(16)


def new_wamid() -> str:
    """A WhatsApp Cloud API message ID."""
    return "wamid." + base64.b64encode(secrets.token_bytes(24)).decode()

"""The signatures that providers put on their requests.

Twilio signs the URL *as it was given to it*: a webhook over the configured or REST-supplied URL,
a ConversationRelay upgrade over the `url` attribute of the TwiML noun (`wss://...`, or `ws://...`
on loopback), even when a proxy in front connects elsewhere. A server therefore verifies over its
public URL, with the scheme of that URL replaced for the relay: `http` -> `ws`, `https` -> `wss`.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

TWILIO_HEADER = "X-Twilio-Signature"
META_HEADER = "X-Hub-Signature-256"

Form = Sequence[tuple[str, str]]


def sign_twilio(token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """Base64 HMAC-SHA1 of the URL followed by every distinct name+value in sorted order.

    Source: Twilio, "Validating signatures from Twilio".
    """
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def sign_meta(app_secret: str, body: bytes) -> str:
    """`sha256=` and the hexadecimal HMAC-SHA256 of the raw body.

    Source: Meta, "Webhooks: validating payloads".
    """
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()

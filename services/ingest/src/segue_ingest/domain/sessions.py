"""Signed tokens of web chat sessions: who may read and write one conversation, and until when."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, ValidationError
from segue_common.events import Model

LIFETIME = timedelta(days=30)


class Session(Model):
    """One visitor's chat. The visitor stays the same when a session is resumed."""

    tenant: str
    visitor: UUID
    conversation_id: UUID
    expires_at: AwareDatetime


def seal(session: Session, secret: bytes) -> str:
    """The session as a URL-safe text that only the holder of `secret` can make."""
    body = _encode(session.model_dump_json().encode())
    return f"{body}.{_sign(body, secret)}"


def unseal(token: str, secret: bytes, *, tenant: str, now: datetime) -> Session | None:
    """The session of a token; None if it is forged, expired or another tenant's."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(_sign(body, secret).encode(), signature.encode(errors="replace")):
        return None
    try:
        session = Session.model_validate_json(_decode(body))
    except (ValidationError, binascii.Error, ValueError):
        return None
    return session if session.tenant == tenant and now < session.expires_at else None


def _sign(body: str, secret: bytes) -> str:
    message = body.encode(errors="replace")
    return _encode(hmac.new(secret, message, hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

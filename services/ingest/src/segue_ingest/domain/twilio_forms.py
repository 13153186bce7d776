"""Reads the forms that Twilio posts: incoming messages and delivery statuses.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from collections.abc import Mapping
from typing import Literal

from segue_common.events import Attachment
from segue_common.fields import InvalidField, needed

from segue_ingest.domain.addresses import WHATSAPP, Identity, identity_of
from segue_ingest.domain.cleaning import clean, clean_name
from segue_ingest.domain.delivery import Report, twilio_status
from segue_ingest.domain.inbound import InboundMessage, Sender

PROVIDER = "twilio"
MOST_MEDIA = 20
Form = Mapping[str, str]

_KEYWORDS: dict[str, Literal["stop", "start", "help"]] = {
    "STOP": "stop", "START": "start", "HELP": "help",
}  # fmt: skip


def read_message(form: Form) -> InboundMessage:
    """An incoming SMS, MMS or WhatsApp message; raises `InvalidField`."""
    sid, sender = _short(form, "MessageSid", "SmsMessageSid", "SmsSid"), _short(form, "From")
    needed(form, "To")
    identities = _identities(form, sender)
    return InboundMessage(
        provider=PROVIDER,
        provider_message_id=sid,
        channel="whatsapp" if sender.startswith(WHATSAPP) else "sms",
        address=sender,
        sender=Sender(identities, clean_name(form.get("ProfileName"))),
        text=_text(form),
        attachments=(*_media(form), *_place(form)),
        carrier_keyword=_KEYWORDS.get(form.get("OptOutType", "").upper()),
    )


def read_status(form: Form) -> Report | None:
    """A delivery status; None for one that tells nothing. Raises `InvalidField`."""
    sid = _short(form, "MessageSid", "SmsSid")
    status = twilio_status(needed(form, "MessageStatus", "SmsStatus"))
    if status is None:
        return None
    return Report(
        provider=PROVIDER,
        provider_message_id=sid,
        status=status,
        error=form.get("ErrorCode") or None if status == "failed" else None,
        recipient=form.get("To", ""),
    )


def _short(form: Form, *names: str) -> str:
    """A needed field whose value is kept: never longer than an ID or an address is."""
    return clean(needed(form, *names))[:200]


def _identities(form: Form, sender: str) -> tuple[Identity, ...]:
    found = [identity_of(sender)]
    if found[0] is None:
        raise InvalidField("From", "From is neither a number nor a WhatsApp user.")
    if sender.startswith(WHATSAPP):
        wa_id = form.get("WaId", "")
        found.append(identity_of(f"+{wa_id}") if wa_id.isdigit() else None)
        found.append(identity_of(form.get("ExternalUserId", "")))
    return tuple(sorted({identity for identity in found if identity is not None}))


def _text(form: Form) -> str:
    """The words; a tapped button or list entry counts as having been written."""
    for name in ("Body", "ButtonText", "ListTitle"):
        if text := clean(form.get(name, "")):
            return text
    return ""


def _media(form: Form) -> tuple[Attachment, ...]:
    count = form.get("NumMedia") or "0"
    if not (count.isascii() and count.isdigit()):
        raise InvalidField("NumMedia", "NumMedia is not a number.")
    return tuple(
        Attachment(
            url=clean(url),
            content_type=clean(form.get(f"MediaContentType{i}") or "application/octet-stream"),
        )
        for i in range(min(int(count[:3]), MOST_MEDIA))
        if (url := form.get(f"MediaUrl{i}"))
    )


def _place(form: Form) -> tuple[Attachment, ...]:
    """A shared location, as a geo URI (RFC 5870)."""
    latitude, longitude = form.get("Latitude"), form.get("Longitude")
    if not latitude or not longitude:
        return ()
    return (Attachment(url=clean(f"geo:{latitude},{longitude}"), content_type="text/uri-list"),)

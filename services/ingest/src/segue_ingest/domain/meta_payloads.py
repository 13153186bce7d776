"""Reads the webhook bodies of the WhatsApp Cloud API, message by message.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, ValidationError
from segue_common.events import Attachment

from segue_ingest.domain.addresses import Identity, identity_of, is_whatsapp_user
from segue_ingest.domain.cleaning import clean, clean_name
from segue_ingest.domain.delivery import Report, meta_status
from segue_ingest.domain.inbound import InboundMessage, Sender

PROVIDER = "meta"
# Tells about the conversation, not something that a person wrote.
_SILENT_TYPES = {"system", "reaction"}


class _Metadata(BaseModel):
    phone_number_id: str


class _Value(BaseModel):
    metadata: _Metadata
    contacts: list[JsonValue] = []
    messages: list[JsonValue] = []
    statuses: list[JsonValue] = []


class _Change(BaseModel):
    field: str
    value: JsonValue = None


class _Entry(BaseModel):
    changes: list[JsonValue] = []


class _Body(BaseModel):
    object: str
    entry: list[JsonValue]


class _Profile(BaseModel):
    name: str | None = None


class _Contact(BaseModel):
    wa_id: str | None = None
    user_id: str | None = None
    profile: _Profile = _Profile()


class _Words(BaseModel):
    """What the kinds of content have in common: some words, or a file with some."""

    body: str | None = None
    text: str | None = None
    title: str | None = None
    caption: str | None = None
    id: str | None = None
    mime_type: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    button_reply: "_Words | None" = None
    list_reply: "_Words | None" = None


class _Message(BaseModel):
    id: str = Field(min_length=1, max_length=200)
    type: str
    timestamp: int | None = Field(default=None, ge=0, le=253_402_300_799)
    from_: str | None = Field(default=None, alias="from")
    from_user_id: str | None = None


class _Error(BaseModel):
    code: int


class _Status(BaseModel):
    id: str = Field(min_length=1, max_length=200)
    status: str
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    errors: list[_Error] = []
    biz_opaque_callback_data: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """An entry that isn't what the documentation says; the rest of the body is unaffected."""

    entry: JsonValue
    reason: str


Found = InboundMessage | Report | Unreadable


class MalformedBody(ValueError):
    """The body as a whole is not a webhook of the Cloud API."""


def read_webhook(body: bytes, phone_number_id: str) -> list[Found]:
    """Everything in a body that concerns the number, in order; raises `MalformedBody`."""
    try:
        entries = _Body.model_validate_json(body).entry
    except ValidationError as error:
        raise MalformedBody("not a webhook body") from error
    return [found for entry in entries for found in _read_entry(entry, phone_number_id)]


def _read_entry(entry: JsonValue, phone_number_id: str) -> Iterator[Found]:
    try:
        changes = [_Change.model_validate(c) for c in _Entry.model_validate(entry).changes]
        values = [_Value.model_validate(c.value) for c in changes if c.field == "messages"]
    except ValidationError:
        yield Unreadable(entry, "invalid entry")
        return
    for value in values:
        if value.metadata.phone_number_id != phone_number_id:
            continue
        contacts = _read_contacts(value.contacts)
        for message in value.messages:
            yield from _guarded(message, contacts)
        for status in value.statuses:
            yield from _read_status(status)


def _read_contacts(entries: Sequence[JsonValue]) -> list[_Contact]:
    contacts = []
    for entry in entries:
        try:
            contacts.append(_Contact.model_validate(entry))
        except ValidationError:
            continue  # A name is lost, the message isn't.
    return contacts


def _guarded(entry: JsonValue, contacts: Sequence[_Contact]) -> Iterator[Found]:
    try:
        yield from _read_message(entry, contacts)
    except (ValidationError, ValueError) as error:
        yield Unreadable(entry, f"invalid message: {type(error).__name__}")


def _read_message(entry: JsonValue, contacts: Sequence[_Contact]) -> Iterator[InboundMessage]:
    message = _Message.model_validate(entry)
    if message.type in _SILENT_TYPES:
        return
    contact = _contact_of(message, contacts)
    number = message.from_ or contact.wa_id
    user = message.from_user_id or contact.user_id
    phone = identity_of(f"+{number}") if number else None
    identities = {phone, identity_of(user) if user else None} - {None}
    known: tuple[Identity, ...] = tuple(sorted(i for i in identities if i is not None))
    if not known:
        raise ValueError("no sender")
    content = entry.get(message.type) if isinstance(entry, dict) else None
    words = _Words.model_validate(content) if isinstance(content, dict) else _Words()
    yield InboundMessage(
        provider=PROVIDER,
        provider_message_id=message.id,
        channel="whatsapp",
        address=f"+{number}" if phone else known[0].value,
        sender=Sender(known, clean_name(contact.profile.name)),
        text=_text(words),
        attachments=_attachments(words),
        sent_at=datetime.fromtimestamp(message.timestamp, UTC) if message.timestamp else None,
    )


def _contact_of(message: _Message, contacts: Sequence[_Contact]) -> _Contact:
    for contact in contacts:
        if message.from_ and contact.wa_id == message.from_:
            return contact
        if message.from_user_id and contact.user_id == message.from_user_id:
            return contact
    return contacts[0] if len(contacts) == 1 else _Contact()


def _text(words: _Words) -> str:
    for part in (words, words.button_reply, words.list_reply):
        if part and (text := part.body or part.text or part.title or part.caption):
            return clean(text)
    return ""


def _attachments(words: _Words) -> tuple[Attachment, ...]:
    """Files are named by Meta's media ID: reading one takes the business's own token."""
    if words.latitude is not None and words.longitude is not None:
        place = f"geo:{words.latitude},{words.longitude}"
        return (Attachment(url=place, content_type="text/uri-list"),)
    if words.id and words.mime_type:
        return (Attachment(url=f"meta-media:{clean(words.id)}", content_type=words.mime_type),)
    return ()


def _read_status(entry: JsonValue) -> Iterator[Report | Unreadable]:
    try:
        told = _Status.model_validate(entry)
    except ValidationError:
        yield Unreadable(entry, "invalid status")
        return
    status = meta_status(told.status)
    if status is None:
        return
    yield Report(
        provider=PROVIDER,
        provider_message_id=told.id,
        status=status,
        error=str(told.errors[0].code) if status == "failed" and told.errors else None,
        recipient=recipient_key(told.recipient_id or told.recipient_user_id or ""),
        message_id=_uuid(told.biz_opaque_callback_data),
    )


def recipient_key(address: str) -> str:
    """An address in the form in which statuses name their recipient: digits, or the user ID."""
    return address if is_whatsapp_user(address) else address.lstrip("+")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None

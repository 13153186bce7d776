"""Reads the fields of the contact form."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from segue_common.fields import InvalidField

from segue_ingest.domain.addresses import Identity, email_of, national_to_e164
from segue_ingest.domain.cleaning import clean, clean_name

LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class ContactForm:
    """A submission that somebody can be reached by."""

    identities: tuple[Identity, ...]
    name: str | None
    email: str | None
    text: str
    form_id: UUID | None


def read_form(fields: Mapping[str, object], region: str) -> ContactForm:
    """`name`, `phone`, `email`, `text` (or `message`) and `form_id`, all optional but one of
    phone and email; a number without a country code is one of `region`. Raises `InvalidField`."""
    phone, email = _phone(fields, region), _email(fields)
    identities = []
    if phone:
        identities.append(Identity("phone", phone))
    if email:
        identities.append(Identity("email", email))
    if not identities:
        raise InvalidField("phone", "Give a phone number or an e-mail address.")
    text = clean(_field(fields, "text") or _field(fields, "message"))
    if len(text) > LONGEST_TEXT:
        raise InvalidField("text", f"The text may have {LONGEST_TEXT} characters.")
    return ContactForm(
        identities=tuple(identities),
        name=clean_name(_field(fields, "name")),
        email=email,
        text=text,
        form_id=_form_id(fields),
    )


def _field(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidField(name, f"{name} must be text.")
    return value.strip()


def _phone(fields: Mapping[str, object], region: str) -> str | None:
    text = _field(fields, "phone")
    if not text:
        return None
    number = national_to_e164(text, region)
    if number is None:
        raise InvalidField("phone", "This can't be a phone number.")
    return number


def _email(fields: Mapping[str, object]) -> str | None:
    text = _field(fields, "email")
    if not text:
        return None
    address = email_of(clean(text))
    if address is None:
        raise InvalidField("email", "This can't be an e-mail address.")
    return address


def _form_id(fields: Mapping[str, object]) -> UUID | None:
    text = _field(fields, "form_id")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidField("form_id", "form_id must be a UUID.") from error

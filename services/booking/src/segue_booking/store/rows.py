"""Rows of the bookings table as `Booking`, and back."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb
from pydantic import AfterValidator, AwareDatetime, BaseModel, TypeAdapter

from segue_booking.domain.bookings import Booking, Contact, Former, Source, State
from segue_booking.domain.span import Span

# The server answers in its session's zone; nothing here depends on which that is.
_Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
_CONTACT = TypeAdapter(Contact)


class _Row(BaseModel):
    tenant: str
    id: UUID
    conversation_id: UUID | None
    service: str
    starts_at: _Moment
    ends_at: _Moment
    resources: tuple[str, ...]
    time_zone: str
    state: State
    source: Source
    contact: Contact
    revision: int
    created_at: _Moment
    changed_at: _Moment
    booked_at: _Moment | None
    hold_expires_at: _Moment | None
    previous_starts_at: _Moment | None
    previous_ends_at: _Moment | None
    previous_resources: tuple[str, ...] | None


def booking(row: DictRow) -> Booking:
    """One row of `SELECT * FROM bookings`."""
    read = _Row.model_validate(row)
    return Booking(
        booking_id=read.id,
        tenant=read.tenant,
        conversation_id=read.conversation_id,
        service=read.service,
        meeting=Span(read.starts_at, read.ends_at),
        resources=read.resources,
        time_zone=read.time_zone,
        state=read.state,
        source=read.source,
        contact=read.contact,
        revision=read.revision,
        created_at=read.created_at,
        changed_at=read.changed_at,
        booked_at=read.booked_at,
        hold_expires_at=read.hold_expires_at,
        previous=_former(read.previous_starts_at, read.previous_ends_at, read.previous_resources),
    )


def contact_json(contact: Contact) -> Jsonb:
    """A contact as its column holds it, without what is not known."""
    return Jsonb(_CONTACT.dump_python(contact, mode="json", exclude_none=True))


def _former(
    start: datetime | None, end: datetime | None, resources: tuple[str, ...] | None
) -> Former | None:
    if start is None or end is None or resources is None:
        return None
    return Former(Span(start, end), resources)

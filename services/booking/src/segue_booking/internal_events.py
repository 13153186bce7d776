"""What the booking service tells itself: a hold that runs out, and requests over HTTP."""

from uuid import UUID

from pydantic import AwareDatetime
from segue_common.events import EventData
from segue_common.events.personal import PersonalText


class HoldDue(EventData, type="segue.internal.booking.hold_due.v1"):
    """Timer: this hold has run out, unless it was confirmed."""

    booking_id: UUID


class ApiRequest(EventData):
    """A change asked for over HTTP; `digest` tells two requests with one key apart."""

    digest: str


class ApiBooking(ApiRequest, type="segue.internal.booking.api_booking.v1"):
    """Book this slot. Without `contact_id` the conversation's person is known elsewhere."""

    service: str
    starts_at: AwareDatetime
    time_zone: str
    contact_id: UUID | None
    name: PersonalText | None
    phone: PersonalText | None
    email: PersonalText | None
    note: PersonalText = ""


class ApiMove(ApiRequest, type="segue.internal.booking.api_move.v1"):
    """Move this booking."""

    booking_id: UUID
    starts_at: AwareDatetime


class ApiCancellation(ApiRequest, type="segue.internal.booking.api_cancellation.v1"):
    """Cancel this booking."""

    booking_id: UUID

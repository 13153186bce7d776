"""What becomes of an outgoing message: reports come in any order, the status only rises."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime
from segue_common.events import EventData, Model
from segue_common.events.outbound import DeliveryStatus
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel, Speaker

Status = Literal["pending"] | DeliveryStatus
# Our own word for words that were overtaken before they left.
STALE = "stale_epoch"

# A late "sent" doesn't take back "delivered"; proof of arrival outweighs an earlier failure.
_RANK: dict[Status, int] = {
    "pending": 0, "accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5,
}  # fmt: skip

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_TWILIO: dict[str, DeliveryStatus] = {
    "accepted": "accepted", "scheduled": "accepted", "queued": "accepted", "sending": "accepted",
    "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed",
    "undelivered": "failed", "canceled": "failed",
}  # fmt: skip
_META: dict[str, DeliveryStatus] = {
    "sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed",
}  # fmt: skip


def rises(before: Status, after: Status) -> bool:
    """Whether a report changes what is known. The order is total, so the last word is the same
    whatever order the reports come in."""
    return _RANK[after] > _RANK[before]


def twilio_status(name: str) -> DeliveryStatus | None:
    """Twilio's status in ours; None for one that says nothing about an outgoing message."""
    return _TWILIO.get(name.lower())


def meta_status(name: str) -> DeliveryStatus | None:
    """The same for the WhatsApp Cloud API."""
    return _META.get(name.lower())


class Report(Model):
    """What a carrier says of one of its messages; `message_id` where it hands ours back."""

    provider: str
    provider_message_id: str
    status: DeliveryStatus
    error: str | None = None
    recipient: PersonalText = ""
    message_id: UUID | None = None


class CarrierReported(EventData, type="segue.internal.ingest.carrier_reported.v1"):
    """A report on a message that we know."""

    report: Report


class Outgoing(Model):
    """The payload of a delivery job: words on their way to a carrier."""

    message_id: UUID
    channel: Channel
    provider: str
    address: PersonalText
    text: PersonalText
    speaker: Speaker = "agent"
    epoch: int
    queued_at: AwareDatetime
    heard_at: AwareDatetime | None = None

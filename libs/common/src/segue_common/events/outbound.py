"""What is to be said, and what the carrier made of it."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from segue_common.events import topics
from segue_common.events.envelope import EventData
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel, Speaker

RefusalReason = Literal[
    "opted_out", "person_has_it", "stale_epoch", "stale_turn", "window_closed", "no_address",
    "empty",
]  # fmt: skip


class SendRequested(EventData, type="segue.send.requested.v1", topic=topics.OUTBOUND):
    """The gate let these words out; the event's ID is the message ID.

    `heard_at` is when the oldest of the lead's messages came in that these words answer.
    """

    channel: Channel
    address: PersonalText
    text: PersonalText
    speaker: Speaker
    epoch: int
    turn_id: UUID | None = None
    heard_at: AwareDatetime | None = None


class SendRefused(EventData, type="segue.send.refused.v1", topic=topics.OUTBOUND):
    """The gate held these words back."""

    channel: Channel
    reason: RefusalReason
    text: PersonalText
    epoch: int
    turn_id: UUID | None = None


DeliveryStatus = Literal["accepted", "sent", "delivered", "read", "failed"]


class DeliveryUpdated(EventData, type="segue.delivery.updated.v1", topic=topics.DELIVERY):
    """What the carrier reported of one outgoing message; `error` is the carrier's own code."""

    message_id: UUID
    channel: Channel
    status: DeliveryStatus
    provider: str
    provider_message_id: str | None = None
    error: str | None = None

"""A message as a provider reported it, before it is known who wrote it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from segue_common.events import Attachment
from segue_common.events.shared import Channel

from segue_ingest.domain.addresses import Identity


@dataclass(frozen=True)
class Sender:
    """Everything a webhook says about who wrote: at least one identity, a phone first."""

    identities: tuple[Identity, ...]
    name: str | None = None


@dataclass(frozen=True)
class InboundMessage:
    """One message; `address` is where an answer goes on this channel."""

    provider: str
    provider_message_id: str
    channel: Channel
    address: str
    sender: Sender
    text: str
    attachments: tuple[Attachment, ...] = ()
    carrier_keyword: Literal["stop", "start", "help"] | None = None
    sent_at: datetime | None = None

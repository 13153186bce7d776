"""What leads write: `segue.conversation.inbound`."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from segue_common.events import topics
from segue_common.events.envelope import EventData, Model
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel, Contact


class Attachment(Model):
    """A picture, voice note or file that came with a message."""

    url: PersonalText
    content_type: str


class MessageReceived(EventData, type="segue.message.received.v1", topic=topics.INBOUND):
    """One message from a lead; its event ID is the message ID.

    `address` is where an answer goes on this channel. `carrier_keyword` is set where the
    carrier has recognised (and answered) a stop or start word itself. `formerly` are other
    conversations of what has turned out to be the same person; this one goes on from them.
    """

    channel: Channel
    provider: str
    provider_message_id: str
    address: PersonalText
    contact: Contact
    text: PersonalText
    attachments: tuple[Attachment, ...] = ()
    carrier_keyword: Literal["stop", "start", "help"] | None = None
    sent_at: AwareDatetime | None = None
    formerly: tuple[UUID, ...] = ()


class FormSubmitted(EventData, type="segue.form.submitted.v1", topic=topics.INBOUND):
    """A lead from the old contact form: the baseline arm, which no agent answers."""

    form_id: UUID
    contact: Contact
    text: PersonalText = ""

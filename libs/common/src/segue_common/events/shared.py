"""Parts that several payloads share."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from segue_common.events.envelope import Model
from segue_common.events.personal import PersonalText, PersonalValue

Channel = Literal["sms", "whatsapp", "web", "voice", "form"]
AgentName = Literal["sales", "booking", "support"]
Speaker = Literal["lead", "agent", "person"]
ConsentState = Literal["granted", "denied", "unknown"]
Grain = Literal["minute", "hour", "part_of_day", "day", "week", "month"]


class Contact(Model):
    """Who a conversation is with, as far as it is known; `phone` is E.164."""

    contact_id: UUID
    name: PersonalText | None = None
    phone: PersonalText | None = None
    email: PersonalText | None = None


class Utterance(Model):
    """One thing that was said in a conversation, in chat or on a call."""

    message_id: UUID
    speaker: Speaker
    channel: Channel
    text: PersonalText
    at: AwareDatetime


class Fact(Model):
    """Something a lead said of themself; `quote` is verbatim from the message."""

    slot: str
    value: PersonalValue
    quote: PersonalText
    message_id: UUID


class TimeWish(Model):
    """A time a lead asked for: `start` included, `end` excluded."""

    start: AwareDatetime
    end: AwareDatetime
    grain: Grain
    quote: PersonalText = ""


class Slot(Model):
    """A time at which the calendar has everything that a service needs."""

    service: str
    service_name: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    time_zone: str
    resources: tuple[str, ...] = ()


class Meeting(Model):
    """A booked slot."""

    booking_id: UUID
    slot: Slot

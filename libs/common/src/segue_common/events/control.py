"""Owner, consent and opt-outs, and the commands of operators: `segue.conversation.control`."""

from typing import Literal
from uuid import UUID

from segue_common.events import topics
from segue_common.events.envelope import EventData
from segue_common.events.personal import PersonalText
from segue_common.events.shared import Channel


class TakeoverRequested(
    EventData, type="segue.control.takeover_requested.v1", topic=topics.CONTROL
):
    """Command: a person takes the conversation over; every agent falls silent."""

    person: str
    reason: str = ""


class ReleaseRequested(EventData, type="segue.control.release_requested.v1", topic=topics.CONTROL):
    """Command: the person gives the conversation back to the agents."""

    person: str


class PersonSaid(EventData, type="segue.control.person_said.v1", topic=topics.CONTROL):
    """Command: a person who owns the conversation says this to the lead."""

    person: str
    text: PersonalText


class OwnershipChanged(EventData, type="segue.control.ownership_changed.v1", topic=topics.CONTROL):
    """The conversation has a new owner; everything of an older epoch is void."""

    owner: Literal["agent", "person"]
    person: str | None = None
    epoch: int


class OptOutChanged(EventData, type="segue.control.opt_out_changed.v1", topic=topics.CONTROL):
    """The lead wants no more messages and calls, or wants them again.

    `phone` is the number (E.164) that it is about, where one is known: an opt-out of it holds in
    every conversation of the tenant.
    """

    opted_out: bool
    channel: Channel
    quote: PersonalText = ""
    phone: PersonalText | None = None
    epoch: int


class ConsentChanged(EventData, type="segue.control.consent_changed.v1", topic=topics.CONTROL):
    """The lead allowed or refused to be phoned, in the quoted words."""

    state: Literal["granted", "denied"]
    phone: PersonalText | None = None
    quote: PersonalText
    message_id: UUID
    epoch: int


class LanguageChanged(EventData, type="segue.control.language_changed.v1", topic=topics.CONTROL):
    """From here on the lead is written and spoken to in this language (a BCP 47 tag). Until the
    first of these it is the tenant's own."""

    language: str


class PersonWanted(EventData, type="segue.control.person_wanted.v1", topic=topics.CONTROL):
    """The lead asks for a person, or an agent can't go on alone."""

    reason: str
    epoch: int

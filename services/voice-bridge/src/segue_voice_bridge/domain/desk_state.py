"""What the service knows of one conversation: its mirror of others' news, and the call."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from segue_common.events import (
    BookingRefused,
    Contact,
    Fact,
    Meeting,
    Model,
    ModelSpent,
    ModelUse,
    SlotsOffered,
)
from segue_common.events.calls import CallOutcome, CallRefusal
from segue_common.events.personal import PersonalText
from segue_common.events.shared import ConsentState


class Qualification(Model):
    """A lead that wants or deserves a call, until it is `closed`.

    `attempts` counts the calls that the carrier accepted; the next one isn't made `not_before`.
    `wished_at` is the moment for which the next call was last wanted: by the lead, or by the
    policy's pause or hours.
    """

    id: UUID
    epoch: int
    consent: ConsentState
    language: str
    topic: PersonalText
    facts: tuple[Fact, ...]
    attempts: int = 0
    wished_at: datetime | None = None
    not_before: datetime | None = None
    closed: bool = False


class Call(Model):
    """The call in hand: queued for the carrier, ringing, or being talked on.

    `unheard` are the agent's last words until it is known how much of them was heard, with what
    they cost in `unheard_use`; `spent` is the sum for the call. `requests`
    are the questions to the calendar, whose latest answers are kept for the agent.
    """

    call_id: UUID
    qualification_id: UUID | None
    attempt: int
    direction: Literal["out", "in"] = "out"
    phone: PersonalText
    allowed_at: datetime
    provider_call_id: str | None = None
    placed: bool = False
    answered: bool = False
    answered_by: Literal["person", "machine", "unknown"] | None = None
    revoked: CallRefusal | None = None
    outcome: CallOutcome | None = None
    detail: str = ""
    call_back_at: datetime | None = None
    lines: int = 0
    heard_lines: int = 0
    unheard: PersonalText | None = None
    unheard_use: ModelUse | None = None
    spent: ModelSpent | None = None
    requests: tuple[UUID, ...] = ()
    offer: SlotsOffered | None = None
    refusal: BookingRefused | None = None
    booked_request: UUID | None = None
    reconnects: int = 0


class Desk(Model):
    """One conversation as this service sees it; `held` is the refusal that was last told.

    `silenced` is the number that was found to be silenced by another conversation when it was to
    be rung. The lead's next word on a call clears it, so that it is asked about again.
    """

    owner: Literal["agent", "person"] = "agent"
    owner_epoch: int = 0
    opted_out: bool = False
    opt_epoch: int = 0
    consent: ConsentState = "unknown"
    consent_epoch: int = 0
    consent_phone: PersonalText | None = None
    silenced: PersonalText | None = None
    epoch: int = 0
    contact: Contact | None = None
    meeting: Meeting | None = None
    qualification: Qualification | None = None
    call: Call | None = None
    held: tuple[UUID, CallRefusal, datetime | None] | None = None
    changed_language: str | None = None

    @property
    def language(self) -> str | None:
        """The conversation's, where it isn't the tenant's own or a lead has qualified in it."""
        return self.changed_language or (
            self.qualification.language if self.qualification else None
        )

    @property
    def phone(self) -> str | None:
        """The number to ring: the one that the consent named, else the lead's."""
        return self.consent_phone or (self.contact.phone if self.contact else None)

    @property
    def consent_now(self) -> ConsentState:
        """The consent in force; the control topic's word outweighs the qualification's."""
        qualified = self.qualification
        if qualified is None or qualified.consent == "unknown":
            return self.consent
        if self.consent == "unknown" or qualified.epoch > self.consent_epoch:
            return qualified.consent
        return self.consent

    @property
    def leave_epoch(self) -> int:
        """The epoch in which the call was last wanted: by the qualification or by a consent.

        A consent is the lead's own word, so it also renews a qualification of an older epoch.
        """
        granted = self.consent_epoch if self.consent == "granted" else 0
        return max(self.qualification.epoch if self.qualification else 0, granted)

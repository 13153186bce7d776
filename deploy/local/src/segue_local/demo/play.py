"""Plays one lead: writes, reads, answers, picks up the phone, until what should happen has."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from segue_common.events import (
    CallPlaced,
    Event,
    EventData,
    LeadQualified,
    LeadSynced,
    MeetingBooked,
    Score,
)

from segue_local.demo.people import NEVER_MIND, Writer
from segue_local.demo.watch import Watch
from segue_local.simulator.control_client import ControlClient
from segue_local.simulator.control_models import SayRequest

REPLY_SECONDS = 15.0
BOOKED_SECONDS = 60.0
AFTERWARDS_SECONDS = 15.0
MOST_MESSAGES = 14

E = TypeVar("E", bound=EventData)


@dataclass
class Outcome:
    """What came of a play; times are seconds, seen from the carrier's side where it sees them."""

    lead: str
    conversation_id: UUID | None = None
    first_reply_seconds: float | None = None
    replies: list[float] = field(default_factory=list)
    qualified: LeadQualified | None = None
    threshold_to_ring_seconds: float | None = None
    meeting: MeetingBooked | None = None
    confirmed_in_chat: bool = False
    synced_to_crm: bool = False
    missing: list[str] = field(default_factory=list)

    rung: bool = False

    @property
    def score(self) -> Score | None:
        return self.qualified.score if self.qualified else None


class Play:
    """One lead's way through the system."""

    def __init__(self, tenant: str, writer: Writer, control: ControlClient, watch: Watch) -> None:
        self._tenant = tenant
        self._writer = writer
        self._control = control
        self._watch = watch
        self._address = f"whatsapp:{writer.number}"
        self._seen = 0
        self.outcome = Outcome(writer.name)

    async def run(self) -> Outcome:
        """Play to the end; what didn't happen is in `missing`."""
        if self._writer.phone:
            await self._control.person(self._writer.phone)
        await self._skip_old_messages()
        await self._converse()
        await self._look_back()
        return self.outcome

    async def _skip_old_messages(self) -> None:
        for message in await self._control.messages(self._address):
            self._seen = max(self._seen, message.order)

    async def _converse(self) -> None:
        text: str | None = self._writer.opening
        for _ in range(MOST_MESSAGES):
            if text is not None and not await self._write(text):
                return
            heard = await self._hear()
            if self._booked() is not None:
                return
            if heard is None:
                if self._placed() is not None:
                    await self._watch.until(self._booked, BOOKED_SECONDS)
                return
            text = self._writer.answer(heard)
            if text is None:
                if self._placed() is not None or self._writer.phone is not None:
                    booked = await self._watch.until(self._booked, BOOKED_SECONDS)
                    if booked is not None:
                        return
                text = NEVER_MIND

    async def _write(self, text: str) -> bool:
        said = SayRequest(
            text=text, tenant=self._tenant, channel="whatsapp", name=self._writer.name
        )
        status = await self._control.say(self._writer.number, said)
        if status != 200:
            self.outcome.missing.append(f"a message was answered with HTTP {status}")
        self._written_at = time.monotonic()
        if self.outcome.conversation_id is None:
            self.outcome.conversation_id = await self._watch.conversation_with(
                self._writer.number, REPLY_SECONDS
            )
        return status == 200

    async def _hear(self) -> str | None:
        news = await self._control.messages(self._address, self._seen, REPLY_SECONDS)
        if not news:
            return None
        self._seen = news[-1].order
        took = max(news[0].monotonic - self._written_at, 0.0)
        self.outcome.replies.append(took)
        if self.outcome.first_reply_seconds is None:
            self.outcome.first_reply_seconds = took
        return news[-1].body

    async def _look_back(self) -> None:
        """Wait for what follows the meeting, and note what didn't come."""
        outcome = self.outcome
        outcome.meeting = self._booked()
        outcome.qualified = self._find(LeadQualified)
        placed = self._placed()
        outcome.rung = placed is not None
        outcome.threshold_to_ring_seconds = placed.seconds_since_allowed if placed else None
        if outcome.meeting:
            outcome.synced_to_crm = bool(
                await self._watch.until(self._meeting_synced, AFTERWARDS_SECONDS)
            )
            outcome.confirmed_in_chat = await self._confirmed(outcome.meeting)
        wanted = {
            "no reply": outcome.first_reply_seconds is not None,
            "not qualified": outcome.qualified is not None,
            "not rung": placed is not None or self._writer.phone is None,
            "no meeting": outcome.meeting is not None,
            "the meeting was not confirmed in the chat": outcome.confirmed_in_chat,
            "the CRM was not told": outcome.synced_to_crm,
        }
        outcome.missing += [what for what, happened in wanted.items() if not happened]

    async def _confirmed(self, meeting: MeetingBooked) -> bool:
        deadline = time.monotonic() + AFTERWARDS_SECONDS
        while time.monotonic() < deadline:
            for message in await self._control.messages(self._address):
                if meeting.slot.service_name.lower() in message.body.lower():
                    return True
            await asyncio.sleep(0.1)
        return False

    def _events(self) -> Sequence[Event[EventData]]:
        conversation = self.outcome.conversation_id
        return self._watch.of(conversation) if conversation else ()

    def _find(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E | None:
        found = (event.data for event in self._events() if isinstance(event.data, kind))
        return next((data for data in found if fits(data)), None)

    def _booked(self) -> MeetingBooked | None:
        return self._find(MeetingBooked)

    def _placed(self) -> CallPlaced | None:
        return self._find(CallPlaced)

    def _meeting_synced(self) -> LeadSynced | None:
        return self._find(LeadSynced, lambda synced: synced.stage == "meeting")

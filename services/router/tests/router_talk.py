"""A conversation on which events are played, by the router's rules and without servers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from segue_common.events import (
    Contact,
    Event,
    EventData,
    MessageReceived,
    TurnCompleted,
    root_event,
)
from segue_common.events.shared import Channel
from segue_common.tenants import Tenant
from segue_router.domain.conversation import Conversation, Turn
from segue_router.domain.decide import decide

ACME = Tenant(tenant="acme", name="Acme Dental", time_zone="America/New_York")
START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PHONE = "+12125550123"


class Talk:
    """Events come a second apart; everything that came out is kept."""

    def __init__(self, channel: Channel = "whatsapp", name: str | None = None) -> None:
        self.id, self.now, self.channel = uuid4(), START, channel
        self.contact = Contact(contact_id=uuid4(), name=name, phone=PHONE)
        self.state = Conversation(contact=self.contact)
        self.former: dict[UUID, Conversation] = {}
        self.out: list[EventData] = []
        self.cancelled: list[tuple[str, str]] = []
        self.last: Event[EventData] | None = None

    @property
    def turn(self) -> Turn:
        """The one that waits for its answer."""
        assert self.state.turn is not None
        return self.state.turn

    def play(self, data: EventData, because: UUID | None = None) -> list[EventData]:
        """What follows from an event that another one caused, or nobody's."""
        self.now += timedelta(seconds=1)
        self.last = root_event(
            data, id=uuid4(), source="/test", tenant="acme", conversation_id=self.id, time=self.now
        ).model_copy(update={"causationid": because})
        decision = decide(self.state, self.last, self.now, ACME, self.former)
        self.state = decision.state
        self.out += decision.events
        self.cancelled += decision.cancelled_jobs
        return list(decision.events)

    def lead(self, text: str, **fields: object) -> list[EventData]:
        """The lead writes."""
        address = f"whatsapp:{PHONE}" if self.channel == "whatsapp" else PHONE
        message = {
            "channel": self.channel, "provider": "twilio", "provider_message_id": str(uuid4()),
            "address": address, "contact": self.contact, "text": text, **fields,
        }  # fmt: skip
        return self.play(MessageReceived.model_validate(message))

    def answer(self, *says: str, turn: Turn | None = None, **fields: object) -> list[EventData]:
        """The agent answers a turn, by default the one that waits."""
        turn = turn or self.turn
        answer = {"turn_id": turn.turn_id, "agent": turn.agent, "epoch": turn.epoch, "says": says}
        return self.play(TurnCompleted.model_validate(answer | fields))

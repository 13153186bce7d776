"""How long an agent takes is measured from the first request, and only for the turn waited for."""

from datetime import timedelta
from uuid import UUID, uuid4

from prometheus_client import REGISTRY
from router_talk import ACME, START
from segue_common.events import (
    Contact,
    Event,
    EventData,
    HandOff,
    MessageReceived,
    TurnCompleted,
    root_event,
)
from segue_router.domain.conversation import Conversation
from segue_router.domain.decide import decide
from segue_router.domain.turns import TurnOverdue
from segue_router.metrics import time_turn

CONTACT = Contact(contact_id=uuid4(), phone="+12125550123")


def event(data: EventData) -> Event[EventData]:
    return root_event(
        data, id=uuid4(), source="/test", tenant="acme", conversation_id=CONTACT.contact_id,
        time=START,
    )  # fmt: skip


def measured(agent: str) -> tuple[float, float]:
    """How many answers, and the sum of their seconds."""
    values = [
        REGISTRY.get_sample_value(f"segue_turn_seconds_{what}", {"agent": agent})
        for what in ("count", "sum")
    ]
    return values[0] or 0.0, values[1] or 0.0


def after(state: Conversation, data: EventData, seconds: int) -> Conversation:
    """The conversation after an event that came so long after the start, measured on the way."""
    now = START + timedelta(seconds=seconds)
    time_turn(state, event(data), now)
    return decide(state, event(data), now, ACME).state


def answer(turn_id: UUID, agent: str, hand_off: HandOff | None = None) -> TurnCompleted:
    return TurnCompleted.model_validate(
        {"turn_id": turn_id, "agent": agent, "epoch": 0, "says": ("Yes.",), "hand_off": hand_off}
    )


def test_each_agent_is_timed_from_its_own_first_request() -> None:
    said = MessageReceived(
        channel="sms", provider="twilio", provider_message_id="1", address="+12125550123",
        contact=CONTACT, text="Hi, I'm thinking about braces for my daughter",
    )  # fmt: skip
    sales, booking = measured("sales"), measured("booking")
    state = after(Conversation(contact=CONTACT), said, 0)
    assert state.turn is not None
    state = after(state, TurnOverdue(turn_id=state.turn.turn_id), 20)
    assert state.turn is not None
    assert after(state, answer(uuid4(), "sales"), 21) is not None
    assert measured("sales") == sales
    hand_off = HandOff(to="booking", reason="a time is wanted")
    state = after(state, answer(state.turn.turn_id, "sales", hand_off), 23)
    assert measured("sales") == (sales[0] + 1, sales[1] + 23)
    assert state.turn is not None
    after(state, answer(state.turn.turn_id, "booking"), 25)
    assert measured("booking") == (booking[0] + 1, booking[1] + 2)

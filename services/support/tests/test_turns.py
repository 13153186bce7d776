"""What the support agent does with the question that another agent has asked."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from segue_common.events import Contact, SupportTurnRequested, Utterance
from segue_common.events.turns import BOOKING_QUESTIONS, Reading
from segue_support.domain.turns import Answer, answered, inquiry

LINE = Utterance(
    message_id=UUID(int=2), speaker="lead", channel="web", text="Is there parking?",
    at=datetime(2026, 11, 24, tzinfo=UTC),
)  # fmt: skip


def asked(question: str | None) -> SupportTurnRequested:
    return SupportTurnRequested(
        turn_id=UUID(int=1), agent="support", epoch=0, channel="web", language="en",
        contact=Contact(contact_id=UUID(int=3)), transcript=(LINE,), new=(LINE.message_id,),
        question=question, reading=Reading(intent="support", confidence=0.9),
    )  # fmt: skip


@pytest.mark.parametrize("question", sorted(BOOKING_QUESTIONS))
def test_a_question_of_the_booking_agent_is_left_standing(question: str) -> None:
    request = asked(question)
    wanted = inquiry(request, small_talk=False)
    assert wanted is not None
    completed = answered(request, wanted, [Answer("Is there parking?", "Yes.", ("Parking",))])
    assert completed.says
    assert completed.hand_off is None


def test_the_sales_agent_asks_its_own_question_again() -> None:
    request = asked("timeline")
    wanted = inquiry(request, small_talk=False)
    assert wanted is not None
    completed = answered(request, wanted, [Answer("Is there parking?", "Yes.", ("Parking",))])
    assert completed.hand_off is not None
    assert completed.hand_off.to == "sales"

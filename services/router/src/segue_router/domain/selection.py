"""Which agent answers: by what the messages mean, and by what was asked last."""

from collections.abc import Sequence

from segue_common.events import Reading
from segue_common.events.shared import AgentName
from segue_common.events.turns import BOOKING_QUESTIONS
from segue_dialogue.understanding import Intent, Understanding

# "OK cool, how much is it?" answers none of the others.
YES_OR_NO = frozenset(
    {"offer_next_step", "consent_call", "offer_booking", "authority", "anything_else"}
)
# Below this the words alone don't say what is wanted: whoever asked goes on, or sales asks. What
# documents may say is looked up all the same; where they don't, support passes the turn on.
SURE = 0.5
WEIGHT: dict[Intent, int] = {"human": 4, "book": 3, "support": 2, "sales": 1, "other": 0}


def read_together(understood: Sequence[Understanding]) -> Reading:
    """One reading of messages that are answered together: the most telling one decides. An
    emergency is no question, whatever it sounds like."""
    best = max(understood, key=lambda one: (WEIGHT[one.intent], one.confidence))
    emergency = any(one.emergency for one in understood)
    return Reading(
        intent="sales" if emergency and best.intent == "support" else best.intent,
        confidence=best.confidence,
        wants_human=any(one.wants_human for one in understood),
        wants_call=any(one.wants_call for one in understood),
        # A question beside a wish is answered; beside an appointment that comes first.
        asks_facts=best.intent in ("support", "sales")
        and any(one.asks_facts for one in understood)
        and not emergency,
    )


def choose_agent(
    reading: Reading, question: str | None, before: AgentName | None, answers_question: bool
) -> AgentName:
    """The agent for a turn. `answers_question`: the words fit what was asked last."""
    if reading.wants_human or reading.wants_call:
        return "sales"
    asked_by: AgentName | None = None
    if question is not None:
        asked_by = "booking" if question in BOOKING_QUESTIONS else "sales"
    if asked_by and (answers_question or reading.confidence < SURE):
        return asked_by
    if reading.asks_facts:
        return "support"
    if reading.confidence < SURE:
        return "sales"
    if reading.intent == "book":
        return "booking"
    if reading.intent == "support":
        return "support"
    if reading.intent == "sales":
        return "sales"
    return asked_by or before or "sales"


def fits(question: str | None, understood: Sequence[Understanding]) -> bool:
    """Whether a message answers what was asked: the slot itself, a yes or no, or a time."""
    if question is None:
        return False
    if question == "booking_service":
        # The name of a service may sound like anything but a question.
        return any(one.intent not in ("support", "human") for one in understood)
    if question in BOOKING_QUESTIONS:
        return any(one.times or one.affirmation for one in understood)
    return any(
        (one.affirmation and question in YES_OR_NO)
        or any(fact.slot == question for fact in one.facts)
        for one in understood
    )

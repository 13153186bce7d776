"""The facts that a message states: who, what for, how much, by when, how to reach them."""

from datetime import datetime

from segue_dialogue.understanding.courtesy import affirmation, declines
from segue_dialogue.understanding.facts.authority import find_authority
from segue_dialogue.understanding.facts.budget import find_budget
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.facts.money import Money, rate
from segue_dialogue.understanding.facts.name import find_name
from segue_dialogue.understanding.facts.need import find_need
from segue_dialogue.understanding.facts.people import find_people
from segue_dialogue.understanding.facts.timeline import find_timeline
from segue_dialogue.understanding.facts.vertical import find_vertical
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.models import Context
from segue_dialogue.understanding.times.named import TimeFound

SLOTS = ("budget", "authority", "need", "timeline", "people", "name", "phone", "email")

# What the business asks that isn't about the person: no answer to these is a fact.
STEPS = (
    "anything_", "better_", "booking_", "call_back_", "choose_", "confirm_", "consent_", "good_",
    "how_", "offer_", "which_",
)  # fmt: skip


def _without_deciders(facts: list[Found], asked: str | None) -> list[Found]:
    """ "My wife and I" who decide are not the two people that it is for."""
    if asked == "people":
        return facts
    deciders = [fact.span for fact in facts if fact.slot == "authority"]
    return [
        fact
        for fact in facts
        if fact.slot != "people"
        or not any(start < fact.end and fact.start < end for start, end in deciders)
    ]


def asks_fact(question: str | None) -> bool:
    """Whether the question is about a fact: one of ours, or a slot that a vertical adds."""
    return question is not None and not question.startswith(STEPS)


def find_facts(
    message: Message,
    context: Context,
    now: datetime,
    spoken: tuple[str, ...],
    *,
    contacts: list[Found],
    monies: list[Money],
    times: list[TimeFound],
) -> list[Found]:
    """All facts of a message; for the slot asked for, a plain answer or a refusal counts."""
    asked = context.question
    clear = message.blanked([found.span for found in contacts])
    # "$300 a month" says nothing about when.
    unpriced = clear.blanked(
        [
            (money.start, rate(clear.plain, money.start, money.end, spoken)[0])
            for money in monies
            if money.marked
        ]
    )
    found = [
        find_budget(clear, monies, context.currency, asked=asked == "budget", spoken=spoken),
        find_authority(clear, asked=asked == "authority", spoken=spoken),
        find_timeline(unpriced, times, now, asked=asked == "timeline", spoken=spoken),
        find_people(clear, asked=asked == "people", spoken=spoken),
        find_name(clear, asked=asked == "name", spoken=spoken),
        *contacts,
    ]
    facts = _without_deciders([fact for fact in found if fact], asked)
    own = find_vertical(clear, context, affirmation(clear, spoken, asked=asked), spoken)
    answered = any(fact.slot == asked for fact in (*facts, *own))
    # To a vertical's own question ("do you have insurance?") a no is an answer.
    open_question = asks_fact(asked) and not answered
    refused = declines(clear, spoken, flat=asked in SLOTS) if open_question else None
    if asked and refused:
        facts.append(Found(asked, {"refused": True}, refused.start(), refused.end()))
    if asked == "need" and refused:
        return [*facts, *own]
    # Three bedrooms in Leeds are part of what is wanted.
    others = [fact.span for fact in facts] + [(time.start_at, time.end_at) for time in times]
    others += [(money.start, money.end) for money in monies if money.marked or money.amount.scaled]
    need = find_need(clear, others, asked=asked == "need", spoken=spoken)
    return [*facts, *own, need] if need else [*facts, *own]

"""What the lead's messages of one turn mean for the conversation, taken together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segue_common.events import Fact, TimeWish, Utterance
from segue_dialogue.understanding import TimeReference, Understanding

from segue_qualifier.domain.learning import Told

# "Call me in five minutes" is now; anything further away is an appointment.
SOON = timedelta(minutes=15)
# A week or a month says when it is wanted, not when to meet.
MEETING_GRAINS = frozenset({"minute", "hour", "part_of_day", "day"})
# "I want it done this week" looks a little like an appointment.
SURE = 0.6
FEW_WORDS = 6
NEXT_STEPS = frozenset({"offer_next_step", "consent_call", "offer_booking"})


@dataclass(frozen=True)
class Heard:
    """One thing the lead said, and what it means; `is_new` where this turn has to answer it."""

    said: Utterance
    meaning: Understanding
    is_new: bool

    @property
    def told(self) -> tuple[Told, ...]:
        """Its facts about the lead: a "no" to a step of ours is none, nor is a wish to talk."""
        return tuple(
            Told(
                Fact(
                    slot=fact.slot,
                    value=fact.value,
                    quote=fact.quote,
                    message_id=self.said.message_id,
                ),
                self.said.at,
            )
            for fact in self.meaning.facts
            if fact.slot not in NEXT_STEPS
            and not (fact.slot == "need" and self._only_wants_to_talk(fact.quote))
        )

    def _only_wants_to_talk(self, quote: str) -> bool:
        """Whether a "need" is the whole of a request for a person or a call."""
        whole = len(quote) >= len(self.said.text.strip(" .!?"))
        few = len(quote.split()) <= FEW_WORDS
        return whole and (self.meaning.wants_human or (self.meaning.wants_call and few))


@dataclass(frozen=True)
class Signals:
    """What the new messages ask for; an utterance is kept where its words are evidence."""

    call_now: Utterance | None = None
    yes: Utterance | None = None
    no: Utterance | None = None
    wants_human: bool = False
    emergency: bool = False
    books: bool = False
    wishes: tuple[TimeWish, ...] = ()
    thanks: bool = False
    asks_support: bool = False
    small_talk: bool = False
    text: str = ""


def listen(heard: Sequence[Heard], question: str | None, now: datetime) -> Signals:
    """The signals of the new messages; where two contradict each other the later one counts."""
    new = [item for item in heard if item.is_new]
    wishes = tuple(wish for item in new for wish in _wishes(item.meaning, now))
    last = next((item for item in reversed(new) if item.meaning.affirmation), None)
    answer = last.meaning.affirmation if last else None
    # "Yes, on Tuesday" and "call me at three" ask for an appointment, not for a call now.
    asks = next((item.said for item in reversed(new) if item.meaning.wants_call), None)
    return Signals(
        call_now=asks if not wishes else None,
        yes=last.said if last and answer == "yes" else None,
        no=last.said if last and answer == "no" else None,
        wants_human=any(item.meaning.wants_human for item in new),
        emergency=any(item.meaning.emergency for item in new),
        books=_books(new, question, wishes, answer, calls=asks is not None),
        wishes=wishes,
        small_talk=all(item.meaning.intent == "other" for item in new),
        asks_support=any(
            item.meaning.intent == "support" or item.meaning.asks_facts for item in new
        ),
        thanks=any(item.meaning.thanks for item in new),
        text="\n".join(item.said.text for item in new),
    )


def _books(
    new: Sequence[Heard],
    question: str | None,
    wishes: Sequence[TimeWish],
    answer: str | None,
    *,
    calls: bool,
) -> bool:
    if question == "offer_booking" and answer == "yes":
        return True
    if wishes and (calls or question in NEXT_STEPS):
        return True
    sure = 0.0 if question in NEXT_STEPS else SURE
    return any(
        item.meaning.intent == "book"
        and item.meaning.confidence >= sure
        and not _only_answers(item.meaning, question)
        for item in new
    )


def _only_answers(meaning: Understanding, question: str | None) -> bool:
    """ "In two weeks", said when asked for the time frame, is no wish for an appointment."""
    answered = [fact for fact in meaning.facts if fact.slot == question]
    return question == "timeline" and bool(answered) and not _free_times(meaning)


def _wishes(meaning: Understanding, now: datetime) -> Iterable[TimeWish]:
    for time in _free_times(meaning):
        if time.grain in MEETING_GRAINS and time.start > now + SOON:
            yield TimeWish(start=time.start, end=time.end, grain=time.grain, quote=time.quote)


def _free_times(meaning: Understanding) -> list[TimeReference]:
    """The times that are not the lead's time frame."""
    frames = [fact.quote for fact in meaning.facts if fact.slot == "timeline"]
    return [
        time
        for time in meaning.times
        if not any(time.quote in frame or frame in time.quote for frame in frames)
    ]

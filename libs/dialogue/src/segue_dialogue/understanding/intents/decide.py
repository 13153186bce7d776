"""The intent of a message: what it plainly asks, what was asked before it, then the model."""

from dataclasses import dataclass, replace

from segue_dialogue.understanding.courtesy import ABOUT_A_CALL
from segue_dialogue.understanding.facts import asks_fact
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.intents.model import classify, load
from segue_dialogue.understanding.intents.phrases import phrased
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.models import Affirmation, Context, Intent
from segue_dialogue.understanding.times.named import TimeFound

CERTAIN = 0.99
ANSWERED = 0.9
HUMAN_AT_LEAST = 0.4  # the model alone must be this sure before a person is called
ASKS_FACTS = 0.5  # from here on documents are asked
_SHORT = 4  # words
_BOOKING_STEPS = ("choose_slot", "confirm_booking")


@dataclass(frozen=True)
class Decision:
    intent: Intent
    confidence: float
    asks_facts: bool = False


def decide(
    message: Message,
    context: Context,
    facts: list[Found],
    times: list[TimeFound],
    answer: Affirmation | None,
    *,
    opted: bool,
    human: bool | None,
    call: bool,
    tried: tuple[str, ...] = (),
) -> Decision:
    """Consent words are `other`, a request for a person is `human`; then answers, then words:
    the phrases of the languages `tried`, and where they say nothing the model."""
    if opted or not message.words:
        return Decision("other", CERTAIN)
    if human:
        return Decision("human", CERTAIN)
    found = phrased(message, tried) or classify(message.original)
    likely = found.intents
    if human is False or call:  # a call is the voice agent's; that isn't asking for a person
        likely["human"] = 0.0
    asked = context.question
    if asks_fact(asked) and any(fact.slot == asked for fact in facts):
        if asked == "timeline":
            likely["book"] = 0.0  # every date looks like a booking
        return _unless_plainly_else(likely, "sales")
    # "the second", "option 2": a short answer to an offer of times chooses one.
    if asked in _BOOKING_STEPS and (times or answer or len(message.words) <= _SHORT):
        return _unless_plainly_else(likely, "book")
    if asked in ABOUT_A_CALL and (answer or call):
        return _unless_plainly_else(likely, "sales")
    asks_facts = found.asks_facts >= ASKS_FACTS
    return replace(_best(likely), asks_facts=asks_facts)


def prepare() -> None:
    """Load the model and the word vectors."""
    load()
    classify("hello")


def _unless_plainly_else(likely: dict[Intent, float], intent: Intent) -> Decision:
    """An answer to a question stays with who asked, unless the words plainly want another."""
    best = _best(likely)
    if best.intent not in (intent, "other") and best.confidence > ANSWERED:
        return best
    return Decision(intent, max(ANSWERED, likely[intent]))


def _best(likely: dict[Intent, float]) -> Decision:
    ranked = sorted(likely.items(), key=lambda item: -item[1])
    intent, confidence = ranked[0]
    if intent == "human" and confidence < HUMAN_AT_LEAST:
        intent, confidence = ranked[1]
    return Decision(intent, round(confidence, 4))

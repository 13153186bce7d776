"""What the support agent makes of a turn: what is to be answered, and the turn's completion."""

from collections.abc import Sequence
from dataclasses import dataclass

from segue_common.events import HandOff, ModelUse, TurnCompleted, TurnRequest
from segue_common.events.shared import AgentName
from segue_common.events.turns import BOOKING_QUESTIONS
from segue_dialogue.phrasing import join_and, phrasebook

from segue_support.domain.questions import questions_in, wants_to_ask

NO_ANSWER = "no answer in the knowledge base"


@dataclass(frozen=True)
class Inquiry:
    """What to look up. Where `sure` is false nobody asked in so many words: it is answered if it
    can be, and is not a question otherwise."""

    questions: tuple[str, ...]
    sure: bool
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to one question with the titles it comes from; without text it isn't known."""

    question: str
    text: str | None = None
    sources: tuple[str, ...] = ()
    confidence: float = 0.0


def inquiry(request: TurnRequest, *, small_talk: bool) -> Inquiry | None:
    """What the lead wants to know, or None if nothing; `small_talk`: the words are a greeting,
    thanks, or a plain yes or no."""
    new = set(request.new)
    texts = [line.text for line in request.new_messages if line.speaker == "lead"]
    earlier = tuple(
        line.text
        for line in request.transcript
        if line.speaker == "lead" and line.message_id not in new
    )
    if asked := questions_in(texts):
        return Inquiry(asked, True, earlier)
    whole = " ".join(" ".join(texts).split())
    if small_talk or not whole or wants_to_ask(texts):
        return None
    sure = request.reading.asks_facts or request.reading.intent == "support"
    return Inquiry((whole,), sure, earlier)


def without_question(request: TurnRequest) -> TurnCompleted:
    """Nothing was asked: whoever talked with the lead goes on."""
    texts = [line.text for line in request.new_messages]
    if request.handed_over is not None or (wants_to_ask(texts) and request.question is None):
        return _completed(
            request, says=(phrasebook().say("support.ask_question", request.language),)
        )
    back = HandOff(to=_asker(request) or "sales", reason="not a question")
    return _completed(request, hand_off=back)


def answered(
    request: TurnRequest,
    inquiry: Inquiry,
    answers: Sequence[Answer],
    model_use: ModelUse | None = None,
) -> TurnCompleted:
    """The answers in one message, what isn't known said so, and the open question resumed."""
    known = [answer for answer in answers if answer.text]
    unknown = [answer for answer in answers if not answer.text]
    if not known and not inquiry.sure:
        return without_question(request).model_copy(update={"model_use": model_use})
    resumes = _asker(request) == "sales"
    parts = [_known(known, request.language)] if known else []
    if unknown:
        parts.append(_unknown(unknown, request.language, alone=not known, asks=not resumes))
    return _completed(
        request,
        says=("\n\n".join(parts),),
        hand_off=HandOff(to="sales", reason="resume") if resumes else None,
        wants_person=NO_ANSWER if unknown else None,
        sources=tuple(dict.fromkeys(title for answer in known for title in answer.sources)),
        model_use=model_use,
    )


def _asker(request: TurnRequest) -> AgentName | None:
    """Who waits for an answer of the lead's."""
    if request.question is None:
        return None
    return "booking" if request.question in BOOKING_QUESTIONS else "sales"


def _known(answers: Sequence[Answer], language: str) -> str:
    texts = dict.fromkeys(answer.text for answer in answers if answer.text)
    titles = dict.fromkeys(_title(source) for answer in answers for source in answer.sources)
    sources = phrasebook().say("support.sources", language, titles=join_and(list(titles), language))
    return phrasebook().say(
        "support.answer", language, answer="\n\n".join(texts), sources=sources if titles else ""
    )


def _unknown(answers: Sequence[Answer], language: str, *, alone: bool, asks: bool) -> str:
    """That it isn't known; which question that was, where others were answered; and an offer of
    a person, or where another question follows at once, that a person has been told."""
    if alone:
        return phrasebook().say("support.unknown" if asks else "support.passed_on", language)
    questions = "; ".join(answer.question.rstrip("?!. ") for answer in answers)
    key = "support.unknown_part" if asks else "support.passed_on_part"
    return phrasebook().say(key, language, question=questions)


def _title(source: str) -> str:
    return source.partition(" › ")[0]


def _completed(
    request: TurnRequest,
    *,
    says: tuple[str, ...] = (),
    hand_off: HandOff | None = None,
    wants_person: str | None = None,
    sources: tuple[str, ...] = (),
    model_use: ModelUse | None = None,
) -> TurnCompleted:
    return TurnCompleted(
        turn_id=request.turn_id, agent="support", epoch=request.epoch, says=says,
        hand_off=hand_off, wants_person=wants_person, sources=sources, model_use=model_use,
    )  # fmt: skip

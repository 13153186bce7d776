"""Reads what the lead said since the agent last looked, also what was said to other agents."""

from collections.abc import Collection
from uuid import UUID

from pydantic import JsonValue
from segue_common.events import TurnRequest, Utterance
from segue_common.tenants import Tenant
from segue_dialogue.understanding import Context, Fact, Understanding, understand

from segue_qualifier.domain.asking import PHRASED
from segue_qualifier.domain.hearing import Heard


def hear(request: TurnRequest, read: Collection[UUID], tenant: Tenant) -> tuple[Heard, ...]:
    """The lead's unread lines of the window, oldest first, each understood as of when it was said.

    What was asked last is known for the new lines only, until one of them has answered it.
    """
    known, new = set(read), set(request.new)
    question = request.question
    heard = []
    for line in request.transcript:
        if line.speaker != "lead" or line.message_id in known:
            continue
        is_new = line.message_id in new
        meaning = _understood(line, question if is_new else None, request, tenant)
        if is_new and (_answers(meaning, question) or meaning.affirmation):
            question = None
        if not meaning.opt_out:
            heard.append(Heard(line, meaning, is_new))
    return tuple(heard)


def _understood(
    line: Utterance, question: str | None, request: TurnRequest, tenant: Tenant
) -> Understanding:
    context = Context(
        language=request.language,
        question=question,
        has_booking=request.meeting is not None,
        vertical=tenant.vertical,
        region=tenant.region,
        currency=tenant.currency,
        slots=tuple(tenant.qualification.criteria),
    )
    meaning = understand(line.text, context=context, now=line.at.astimezone(tenant.zone))
    return _with_own_slot(meaning, question, tenant)


def _with_own_slot(meaning: Understanding, question: str | None, tenant: Tenant) -> Understanding:
    """A slot that only the tenant knows is answered by the whole message; a no leaves it open."""
    ours = question in tenant.qualification.criteria and question not in PHRASED
    text = meaning.text.strip()
    if not ours or question is None or _answers(meaning, question) or not text:
        return meaning
    if meaning.wants_human or meaning.wants_call or "?" in text:
        return meaning
    value: JsonValue = {"refused": True} if meaning.affirmation == "no" else text
    fact = Fact(slot=question, value=value, quote=text)
    return meaning.model_copy(update={"facts": (*meaning.facts, fact)})


def _answers(meaning: Understanding, question: str | None) -> bool:
    return any(fact.slot == question for fact in meaning.facts)

"""The sales agent's answer to a turn, with or without a language model's proposal."""

from collections.abc import Sequence
from datetime import datetime

from segue_common.decisions import Decision, NewJob
from segue_common.events import Fact, ModelUse, SalesTurnRequested, TurnCompleted
from segue_common.tenants import Tenant
from segue_dialogue.model import TurnProposal, checked_facts, safe_wording

from segue_qualifier import words
from segue_qualifier.domain.hearing import Heard
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.learning import Told
from segue_qualifier.domain.turn import NOTHING_PROPOSED, Proposed, Taken, take_turn
from segue_qualifier.internal_events import ModelAnswered, ModelTurn
from segue_qualifier.listening import hear

MODEL_TURN = "model_turn"


def answer(
    lead: Lead, request: SalesTurnRequested, tenant: Tenant, now: datetime
) -> Decision[Lead]:
    """The built-in answer; a turn that is asked again has been answered already."""
    if lead.turn == request.turn_id:
        return Decision(lead)
    taken = take_turn(lead, request, hear(request, lead.read, tenant), tenant, now)
    return _decision(taken, request, tenant, now, reply=None, use=None)


def ask_model(
    lead: Lead, request: SalesTurnRequested, tenant: Tenant, now: datetime
) -> Decision[Lead]:
    """Leave the turn to a job, once; what is learned changes only with its outcome."""
    if lead.turn == request.turn_id:
        return Decision(lead)
    taken = take_turn(lead, request, hear(request, lead.read, tenant), tenant, now)
    job = NewJob(
        kind=MODEL_TURN,
        key=str(request.turn_id),
        payload=ModelTurn(request=request, goal=taken.move.goal),
        lane=str(lead.conversation_id),
    )
    return Decision(state=lead.model_copy(update={"turn": request.turn_id}), jobs=(job,))


def answer_with_model(
    lead: Lead, answered: ModelAnswered, tenant: Tenant, now: datetime
) -> Decision[Lead]:
    """The answer after the model was asked: its facts add to ours, its words may replace ours.

    Its words were written for `goal`; if its own facts led to another move, ours are used.
    """
    request, proposal = answered.request, answered.proposal
    heard = hear(request, lead.read, tenant)
    taken = take_turn(lead, request, heard, tenant, now, _proposed(proposal, heard))
    fits = taken.move.goal and taken.move.goal == answered.goal
    reply = proposal.reply if proposal and fits else None
    return _decision(taken, request, tenant, now, reply=reply, use=answered.use)


def _proposed(proposal: TurnProposal | None, heard: Sequence[Heard]) -> Proposed:
    if proposal is None:
        return NOTHING_PROPOSED
    found = {fact.slot for item in heard for fact in item.meaning.facts}
    told = []
    for fact in checked_facts(proposal, [item.said.text for item in heard]):
        said = next((item.said for item in reversed(heard) if fact.quote in item.said.text), None)
        if said and fact.slot not in found:
            evidence = Fact(
                slot=fact.slot, value=fact.value, quote=fact.quote, message_id=said.message_id
            )
            told.append(Told(evidence, said.at))
    return Proposed(tuple(told), proposal.wants_human, proposal.intent == "book")


def _decision(
    taken: Taken,
    request: SalesTurnRequested,
    tenant: Tenant,
    now: datetime,
    *,
    reply: str | None,
    use: ModelUse | None,
) -> Decision[Lead]:
    completed = TurnCompleted(
        turn_id=request.turn_id,
        agent="sales",
        epoch=request.epoch,
        says=_says(taken, request, tenant, now, reply),
        question=taken.move.question,
        facts=taken.news,
        contact=taken.contact,
        consent=taken.consent,
        hand_off=taken.move.hand_off,
        wants_person=taken.move.wants_person,
        model_use=use,
    )
    return Decision(state=taken.lead, events=(*taken.events, completed))


def _says(
    taken: Taken, request: SalesTurnRequested, tenant: Tenant, now: datetime, reply: str | None
) -> tuple[str, ...]:
    """The greeting says who speaks and stays ours; the words after it may be the model's."""
    today = now.astimezone(tenant.zone).date()
    greeting = [line for line in taken.move.lines if line.key == "greeting"]
    rest = [line for line in taken.move.lines if line.key != "greeting"]
    wording = safe_wording(reply, language=request.language)
    ours = words.say(rest, request.language, today)
    parts = (words.say(greeting, request.language, today), wording or ours)
    text = " ".join(part for part in parts if part)
    return (text,) if text else ()

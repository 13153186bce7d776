"""The sales agent's answer to a turn, with or without a language model's proposal."""

from collections.abc import Sequence
from datetime import datetime

from segue_common.decisions import Decision, NewJob
from segue_common.events import ModelSpent, ModelUse, SalesTurnRequested, TurnCompleted
from segue_common.tenants import Tenant
from segue_dialogue.model import Setting, WordingRefusal, refused_wording

from segue_qualifier import words
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.move import Line, Move
from segue_qualifier.domain.spending import spend, with_spent
from segue_qualifier.domain.turn import Taken, take_turn
from segue_qualifier.internal_events import ModelAnswered, ModelTurn
from segue_qualifier.listening import hear
from segue_qualifier.proposing import proposed

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
    follows = " ".join(_says(taken.move, request, tenant, now, ""))
    job = NewJob(
        kind=MODEL_TURN,
        key=str(request.turn_id),
        payload=ModelTurn(request=request, goal=taken.move.goal, follows=follows),
        lane=str(lead.conversation_id),
    )
    return Decision(state=lead.model_copy(update={"turn": request.turn_id}), jobs=(job,))


def answer_with_model(
    lead: Lead, answered: ModelAnswered, tenant: Tenant, now: datetime
) -> Decision[Lead]:
    """The answer after the model was asked: its facts add to ours, its words go before ours."""
    request, proposal = answered.request, answered.proposal
    heard = hear(request, lead.read, tenant)
    suggestions = proposed(lead, proposal, request, heard, tenant)
    taken = take_turn(lead, request, heard, tenant, now, suggestions)
    use = answered.use.model_copy(update={"dropped": suggestions.dropped})
    reply = None
    if proposal is not None:
        refused = _refused(proposal.reply, taken.move, answered, tenant)
        use = use.model_copy(update={"fell_back": refused and f"words_{refused}"})
        reply = proposal.reply if refused is None else None
    return _decision(taken, request, tenant, now, reply=reply, use=use)


def _refused(
    reply: str | None, move: Move, answered: ModelAnswered, tenant: Tenant
) -> WordingRefusal | None:
    """Why the model's words aren't said; where only ours will do, none are."""
    if not move.goal:
        return "none"
    request = answered.request
    known = (tenant.name, *(line.text for line in request.transcript))
    return refused_wording(reply, Setting(request.language, answered.instructions, known))


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
        says=_says(taken.move, request, tenant, now, reply),
        question=taken.move.question,
        facts=taken.news,
        contact=taken.contact,
        consent=taken.consent,
        hand_off=taken.move.hand_off,
        wants_person=taken.move.wants_person,
        model_use=use,
    )
    state = taken.lead
    events = taken.events
    if use is not None:
        state, update = spend(state, ModelSpent().plus(use))
        events = with_spent(events, update)
    return Decision(state=state, events=(*events, completed))


def _says(
    move: Move, request: SalesTurnRequested, tenant: Tenant, now: datetime, reply: str | None
) -> tuple[str, ...]:
    """The model's words stand where we would acknowledge what was said; who speaks, and whatever
    is asked, offered or told, stays ours."""
    today = now.astimezone(tenant.zone).date()
    greeting = [line for line in move.lines if line.key == "greeting"]
    rest = [line for line in move.lines if line.key != "greeting"]
    ours = rest if reply is None else _without_acknowledgement(rest)
    parts = (
        words.say(greeting, request.language, today),
        (reply or "").strip(),
        words.say(ours, request.language, today),
    )
    text = " ".join(part for part in parts if part)
    return (text,) if text else ()


def _without_acknowledgement(lines: Sequence[Line]) -> list[Line]:
    kept = [line for line in lines if not line.key.startswith("sales.ack.")]
    return [_asked_plainly(line) for line in kept]


def _asked_plainly(line: Line) -> Line:
    question = line.values.get("question")
    is_again = line.key == "sales.not_understood" and isinstance(question, Line)
    return question if is_again and isinstance(question, Line) else line

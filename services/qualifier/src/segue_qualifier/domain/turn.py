"""One turn of the sales agent: read, learn, score, hear consent, qualify, and choose a move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from segue_common.events import (
    ConsentHeard,
    Contact,
    EventData,
    Fact,
    LeadUpdated,
    Score,
    TurnRequest,
)
from segue_common.events.shared import ConsentState
from segue_common.tenants import Tenant

from segue_qualifier.domain.consent import consent_to_report, hear_consent, implied_consent
from segue_qualifier.domain.conversation import next_move
from segue_qualifier.domain.hearing import Heard, Signals, listen
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.learning import Told, contact_with, learn
from segue_qualifier.domain.move import Line, Move
from segue_qualifier.domain.qualifying import qualify
from segue_qualifier.domain.scene import Scene
from segue_qualifier.domain.scoring import score


@dataclass(frozen=True)
class Proposed:
    """What a language model adds to the built-in understanding, its quotes checked already."""

    told: tuple[Told, ...] = ()
    wants_human: bool = False
    books: bool = False
    dropped: int = 0


@dataclass(frozen=True)
class Taken:
    """A turn as it was taken; `contact` is set where the lead told something about themself."""

    lead: Lead
    move: Move
    news: tuple[Fact, ...]
    contact: Contact | None
    consent: ConsentHeard | None
    events: tuple[EventData, ...]


NOTHING_PROPOSED = Proposed()


def take_turn(
    lead: Lead,
    request: TurnRequest,
    heard: Sequence[Heard],
    tenant: Tenant,
    now: datetime,
    proposed: Proposed = NOTHING_PROPOSED,
) -> Taken:
    """`heard` is everything of the transcript's window that the lead said and nobody read."""
    told = (*(item for one in heard for item in one.told), *proposed.told)
    learned, news = learn(lead, told)
    contact = contact_with(request.contact, learned.facts)
    points = score(
        learned.current, tenant.qualification, now, tenant.currency, learned.contradicted
    )
    learned, update = _revised(lead, learned, request, contact, points)
    signals = _signals(heard, request, now, proposed)
    consent = _heard_consent(lead, request, signals, points, tenant)
    scene = Scene(
        request=request,
        tenant=tenant,
        signals=signals,
        news=news,
        score=points,
        consent=_state(consent, request, lead),
        heard_consent=consent,
        now=now,
    )
    after, qualified = qualify(_with_consent(learned, scene), scene)
    move = _opened(next_move(after, scene), scene)
    return Taken(
        lead=_after_move(after, move, heard),
        move=move,
        news=news,
        contact=contact if contact != request.contact else None,
        consent=consent_to_report(lead, after, consent, request.consent_to_call),
        events=tuple(event for event in (update, qualified) if event),
    )


def _signals(
    heard: Sequence[Heard], request: TurnRequest, now: datetime, proposed: Proposed
) -> Signals:
    """A model may notice a wish for a person or an appointment, but never allow a call."""
    signals = listen(heard, request.question, now)
    return replace(
        signals,
        wants_human=signals.wants_human or proposed.wants_human,
        books=signals.books or proposed.books,
    )


def _heard_consent(
    lead: Lead, request: TurnRequest, signals: Signals, points: Score, tenant: Tenant
) -> ConsentHeard | None:
    heard = hear_consent(request.question, signals)
    if heard is None and lead.consent is None and points.points >= points.threshold:
        return implied_consent(request, tenant)
    return heard


def _revised(
    before: Lead, learned: Lead, request: TurnRequest, contact: Contact, points: Score
) -> tuple[Lead, LeadUpdated | None]:
    """The record with what follows from its facts; an event only if something changed."""
    same = before.facts == learned.facts and before.contact == contact and before.score == points
    lead = learned.model_copy(
        update={
            "contact": contact,
            "channel": request.channel,
            "language": request.language,
            "turn": request.turn_id,
            "score": points,
            "stage": "talking" if learned.stage == "new" else learned.stage,
            "revision": learned.revision + (not same),
        }
    )
    if same:
        return lead, None
    return lead, LeadUpdated(
        contact=contact,
        channel=request.channel,
        facts=lead.facts,
        score=points,
        revision=lead.revision,
        spent=lead.spent,
    )


def _state(heard: ConsentHeard | None, request: TurnRequest, lead: Lead) -> ConsentState:
    """The router keeps the consent; what waits here for a number it doesn't know yet."""
    if heard:
        return heard.state
    if request.consent_to_call == "unknown" and lead.call == "wanted" and lead.consent:
        return lead.consent.state
    return request.consent_to_call


def _with_consent(lead: Lead, scene: Scene) -> Lead:
    """A yes makes a call wanted, unless one is promised already or a meeting stands."""
    heard = scene.heard_consent
    if heard is None:
        return lead
    lead = lead.model_copy(update={"consent": heard})
    if heard.state == "denied":
        return lead.closed("declined")
    if not scene.tenant.callback.enabled or scene.request.meeting:
        return lead
    wanted = lead.call != "promised" or lead.open_qualification is None
    return lead.model_copy(update={"call": "wanted"}) if wanted else lead


def _opened(move: Move, scene: Scene) -> Move:
    """The first words of a conversation name the business and say who speaks."""
    if not scene.request.first_contact or scene.request.said or move.name == "close":
        return move
    greeting = Line("greeting", {"business": scene.tenant.name})
    lines = [line for line in move.lines if not line.key.startswith("sales.ack.")]
    return replace(move, lines=(greeting, *lines))


def _after_move(lead: Lead, move: Move, heard: Sequence[Heard]) -> Lead:
    lead = lead.after_reading(tuple(item.said.message_id for item in heard))
    if move.asks:
        lead = lead.after_asking(move.asks)
    return lead.model_copy(update={"call": "promised"}) if move.promises_call else lead

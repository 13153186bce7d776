"""Reads what the lead's new messages say about times and meetings."""

from dataclasses import replace

from segue_common.events import TurnRequest, Utterance
from segue_common.tenants import Tenant
from segue_dialogue.understanding import Context, Understanding, detect_language, understand

from segue_booking.contract import own_wish
from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cues, read_cues
from segue_booking.domain.heard import Heard, Named, sort_out
from segue_booking.domain.shifts import read_shift
from segue_booking.domain.span import Span
from segue_booking.domain.talk import Talk

# What the understanding knows as a question that a time or a yes answers.
_TIME_ASKED = frozenset({"choose_slot", "booking_time", "confirm_booking", "confirm_cancel"})

_DIGITS = frozenset("123456789")


def listen(request: TurnRequest, talk: Talk, tenant: Tenant, *, has_meeting: bool) -> Heard:
    """Everything the new messages say, later ones counting where they contradict earlier ones."""
    heard = Heard(intent=request.reading.intent, confidence=request.reading.confidence)
    for line in request.new_messages:
        countable = has_meeting or bool(talk.offered)
        language = detect_language(line.text, request.language)
        shift, text = read_shift(line.text, language) if countable else (None, line.text)
        cues = read_cues(text, offered=bool(talk.offered), language=language)
        meaning = _understood(line, cues, request, tenant, talk, has_meeting=has_meeting)
        heard = _added(heard, meaning, cues, _times(meaning, cues, request), language)
        heard = replace(heard, shift=shift or heard.shift)
    if not heard.times:
        heard = replace(heard, times=_told_before(request, talk))
    return heard


def _told_before(request: TurnRequest, talk: Talk) -> tuple[Named, ...]:
    """Times that another agent heard in this turn, or that waited for the service to be known."""
    handed = request.handed_over.wishes if request.handed_over else ()
    return tuple(
        Named(wish, told.quote) for told in handed or talk.wishes if (wish := own_wish(told))
    )


def _understood(
    line: Utterance,
    cues: Cues,
    request: TurnRequest,
    tenant: Tenant,
    talk: Talk,
    *,
    has_meeting: bool,
) -> Understanding:
    asked = talk.asks or request.question
    context = Context(
        language=request.language,
        question="choose_slot" if asked in _TIME_ASKED else asked,
        has_booking=has_meeting,
        vertical=tenant.vertical,
        region=tenant.region,
        currency=tenant.currency,
    )
    now = line.at.astimezone(tenant.zone)
    return understand(cues.rest if cues.rest.strip() else line.text, context=context, now=now)


def _times(meaning: Understanding, cues: Cues, request: TurnRequest) -> tuple[Named, ...]:
    if cues.ordinal is not None and not cues.rest.strip():
        return ()
    # "In two weeks" told the sales agent when it should be done, not when to meet.
    frames = [f.quote for f in meaning.facts if f.slot == "timeline"] if request.handed_over else []
    return tuple(
        Named(Wish(Span(time.start, time.end), time.grain), time.quote)
        for time in meaning.times
        if time.start < time.end
        and not (time.grain in ("week", "month") and any(time.quote in said for said in frames))
    )


def _added(
    heard: Heard, meaning: Understanding, cues: Cues, times: tuple[Named, ...], language: str
) -> Heard:
    kept, down = sort_out(meaning.text, times, language)
    text = meaning.text.strip()
    return replace(
        heard,
        text=f"{heard.text}\n{text}".strip(),
        times=kept or heard.times,
        turned_down=heard.turned_down + down,
        answer=meaning.affirmation or heard.answer,
        ordinal=cues.ordinal if cues.ordinal is not None else heard.ordinal,
        cues=heard.cues | cues.found,
        digit=int(text) if text in _DIGITS else heard.digit,
        thanks=heard.thanks or meaning.thanks,
        emergency=heard.emergency or meaning.emergency,
    )

"""What the lead has to be told of their meeting, once and by whoever may speak.

A meeting that the booking agent made stands, even if the answer that tells of it is void because
a person took over, the lead opted out or the agent was too slow. Then the router tells of it, as
soon as it may speak again; until then a person finds meeting and answer in the timeline.
"""

from uuid import UUID

from segue_common.events import Meeting, MeetingBooked, MeetingCancelled, MeetingMoved
from segue_dialogue.phrasing import format_slot, phrasebook

from segue_router.domain.conversation import MeetingNews, Step
from segue_router.domain.gate import say


def booked(step: Step, event: MeetingBooked) -> Step:
    """Keep the meeting, and confirm it."""
    key = "router.meeting.confirmed" if event.by == "call" else "booking.confirmed"
    return _learned(_kept(step, event), event, key)


def moved(step: Step, event: MeetingMoved) -> Step:
    """Keep the new time, and tell it."""
    return _learned(_kept(step, event), event, "booking.rescheduled")


def cancelled(step: Step, event: MeetingCancelled) -> Step:
    """Forget the meeting, if it is the one that stands: another may have been booked since."""
    held = step.state.meeting
    if held is not None and held.booking_id == event.booking_id:
        step = step.change(meeting=None)
    return _learned(step, event, "booking.cancelled")


def answer_was_void(step: Step, request: UUID | None) -> Step:
    """What the answer to this request would have told of the meeting is left to the router."""
    news = step.state.news
    if news is not None and request is not None and news.request == request:
        return _left_to_us(step, news)
    return step.change(void_request=request)


def tell_the_untold(step: Step) -> Step:
    """Tell what nobody was allowed to say before, unless that is so still."""
    state, news = step.state, step.state.untold
    if news is None or state.channel not in state.addresses:
        return step
    if state.opted_out or state.owner == "person":
        return step
    step = step.change(untold=None)
    return say(step, _words(step, news), state.channel) if news.is_ahead(step.now) else step


def _kept(step: Step, event: MeetingBooked | MeetingMoved) -> Step:
    return step.change(meeting=Meeting(booking_id=event.booking_id, slot=event.slot))


def _learned(
    step: Step, event: MeetingBooked | MeetingMoved | MeetingCancelled, phrase: str
) -> Step:
    """What the chat's agent did its own answer tells, which may be void before or after this."""
    news = MeetingNews(phrase=phrase, slot=event.slot, request=step.cause.causationid)
    void = news.request is not None and news.request == step.state.void_request
    if event.by == "chat" and not void:
        return step.change(news=news, untold=None)
    return _left_to_us(step, news)


def _left_to_us(step: Step, news: MeetingNews) -> Step:
    return tell_the_untold(step.change(untold=news, news=None, void_request=None))


def _words(step: Step, news: MeetingNews) -> str:
    zone = step.tenant.zone
    today = step.now.astimezone(zone).date()
    return phrasebook().say(
        news.phrase,
        step.language,
        service=news.slot.service_name,
        business=step.tenant.name,
        slot=format_slot(news.slot.starts_at.astimezone(zone), step.language, today=today),
    )

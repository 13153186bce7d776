"""What is on record in two places agrees: the topics with the timeline, the calendar with what was
told of it, calls with what allowed them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from segue_common.events import (
    CallEnded,
    LeadQualified,
    MeetingBooked,
    MeetingCancelled,
)

from segue_local.soak.evidence import Evidence

# The conversation in which something is wrong, where it is in one, and what.
Found = Iterator[tuple[UUID | None, str]]


def the_timeline_has_the_order_of_the_topics(evidence: Evidence) -> Found:
    """What came on a topic was taken in its order, and what went out left in the order in which it
    was decided: nothing overtook, and nothing is on one side alone."""
    for conversation in evidence.conversations.values():
        timeline: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
        for event in conversation.events:
            timeline[event.topic.name, event.source].append(event.id)
        for (topic, source), ids in timeline.items():
            known = set(ids)
            told = evidence.published.get((topic, source, conversation.id), ())
            if missing := known - set(told):
                yield conversation.id, f"{len(missing)} events of {source} are not on {topic}"
            elif ids != [event_id for event_id in told if event_id in known]:
                yield conversation.id, f"{topic} and the timeline differ in the order of {source}"
            if len(known) != len(ids):
                yield conversation.id, f"events of {source} are in the timeline more than once"


def every_meeting_is_told_once(evidence: Evidence) -> Found:
    """The calendar's meetings are those that conversations know of."""
    for conversation in evidence.conversations.values():
        events = [event.data for event in conversation.events]
        booked = Counter(data.booking_id for data in events if isinstance(data, MeetingBooked))
        off = {data.booking_id for data in events if isinstance(data, MeetingCancelled)}
        if doubled := [str(booking) for booking, count in booked.items() if count > 1]:
            yield conversation.id, f"booked more than once: {doubled}"
        stands = set(evidence.meetings.get(conversation.id, ()))
        if stands != set(booked) - off:
            yield conversation.id, f"in the calendar {stands}, told {set(booked) - off}"


def every_attempt_was_allowed(evidence: Evidence) -> Found:
    """The first by a qualification, each further one by the end of the one before, and no call is
    known to us alone."""
    at_carrier = {call.sid for call in evidence.calls}
    for ring in evidence.rings:
        if ring.provider_call_id is None:
            continue
        if ring.provider_call_id not in at_carrier:
            yield ring.conversation_id, f"the carrier knows nothing of {ring.provider_call_id}"
        home = evidence.conversations.get(ring.conversation_id)
        events = [event.data for event in home.events] if home else []
        if ring.attempt == 1:
            allowed = any(
                isinstance(data, LeadQualified) and data.qualification_id == ring.qualification_id
                for data in events
            )
        else:
            allowed = any(
                isinstance(data, CallEnded)
                and (data.qualification_id, data.attempt)
                == (ring.qualification_id, ring.attempt - 1)
                and data.retry_at is not None
                for data in events
            )
        if not allowed:
            yield ring.conversation_id, f"nothing allowed attempt {ring.attempt}"

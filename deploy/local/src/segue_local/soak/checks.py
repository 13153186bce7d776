"""The promises as pure functions over the evidence: each yields what breaks it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from segue_common.events import (
    Event,
    EventData,
    LeadQualified,
    MessageReceived,
    OptOutChanged,
    PersonWanted,
    SendRefused,
    SendRequested,
)

from segue_local.soak.agreement import (
    Found,
    every_attempt_was_allowed,
    every_meeting_is_told_once,
    the_timeline_has_the_order_of_the_topics,
)
from segue_local.soak.evidence import Conversation, Delivery, Evidence
from segue_local.soak.witness import Said

GAVE_UP = "an agent did not answer"
MOST_ATTEMPTS = 3
# Why a reply may have stayed with us: the fence, and the carrier's own list of who said stop.
MAY_FAIL = {"stale_epoch", "21610"}


@dataclass(frozen=True)
class Violation:
    """A promise that was broken: which check, in which conversation, and how."""

    check: str
    conversation: UUID | None
    detail: str


def violations(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong, in the order of the checks."""
    return [
        Violation(check.__name__, conversation, detail)
        for check in CHECKS
        for conversation, detail in check(evidence)
    ]


def every_acknowledged_message_has_one_place(evidence: Evidence) -> Found:
    places = Counter(event.id for event in _received(evidence))
    for said in evidence.witness.said:
        count = places[said.message_id]
        if count > 1 or (said.acknowledged and count == 0):
            yield _home(evidence, said), f"{said.text!r} has {count} places"


def every_conversation_was_answered(evidence: Evidence) -> Found:
    """The last word is ours, or it is on the record why not."""
    for conversation in evidence.conversations.values():
        if conversation.in_turn or conversation.pending:
            yield conversation.id, f"left in a turn, or with {conversation.pending} unread messages"
        last = max(_places(conversation, MessageReceived), default=None)
        if last is None or conversation.owner == "person":
            continue
        since = conversation.events[last + 1 :]
        if not any(_settles(event.data) for event in since):
            yield conversation.id, "nothing was said after the lead's last message"
        if _was_abandoned(conversation):
            yield conversation.id, "a turn was given up, and its answer never came"


def every_reply_reached_the_carrier_once(evidence: Evidence) -> Found:
    """By recipient and words, and by the carrier's own IDs against what ingest has on record."""
    by_recipient: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for message in evidence.messages:
        by_recipient[message.to][message.body] += 1
    for conversation in evidence.conversations.values():
        wanted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for event in _sends(conversation):
            delivery = evidence.deliveries.get(event.id)
            if delivery is None:
                yield conversation.id, "a reply has no delivery"
            elif delivery.status == "failed" and delivery.error not in MAY_FAIL:
                yield conversation.id, f"a reply was given up: {delivery.error}"
            elif event.data.channel != "web" and not _was_refused(delivery):
                wanted[event.data.address][event.data.text] += 1
        for address, texts in wanted.items():
            if texts != by_recipient[address]:
                missing, more = texts - by_recipient[address], by_recipient[address] - texts
                yield conversation.id, f"missing at the carrier: {missing}; too many: {more}"
    known = {row.provider_message_id for row in evidence.deliveries.values()}
    for message in evidence.messages:
        if message.sid not in known:
            yield None, f"the carrier took {message.sid}, of which ingest knows nothing"


def every_web_reply_is_numbered_once(evidence: Evidence) -> Found:
    """The widget's numbers have no gaps, each reply has one, and a socket showed each once."""
    for conversation in evidence.conversations.values():
        wanted = Counter(e.data.text for e in _sends(conversation) if e.data.channel == "web")
        rows = evidence.web.get(conversation.id, ())
        if missing := wanted - Counter(text for _, text in rows):
            yield conversation.id, f"not in the widget: {missing}"
        if [number for number, _ in rows] != list(range(1, len(rows) + 1)):
            yield conversation.id, "the widget's numbers have gaps"
    for number, shown in evidence.witness.shown.items():
        if [place for place, _, _ in shown] != list(range(1, len(shown) + 1)):
            yield None, f"visitor {number} was shown {[place for place, _, _ in shown]}"


def every_lead_was_rung_once_per_attempt(evidence: Evidence) -> Found:
    placed = Counter(call.to for call in evidence.calls if call.direction == "outbound-api")
    ours = Counter(ring.provider_call_id for ring in evidence.rings if ring.provider_call_id)
    for call in evidence.calls:
        if call.direction == "outbound-api" and ours[call.sid] != 1:
            yield None, f"{call.to} was rung by {call.sid}, which has {ours[call.sid]} rows"
    attempts = Counter(
        (ring.qualification_id, ring.attempt) for ring in evidence.rings if ring.provider_call_id
    )
    for ring in evidence.rings:
        if attempts[ring.qualification_id, ring.attempt] > 1 or ring.attempt > MOST_ATTEMPTS:
            yield (
                ring.conversation_id,
                f"attempt {ring.attempt} was made more than once or too many",
            )
    acknowledged = {said.person.number for said in evidence.witness.said if said.acknowledged}
    homes = _homes(evidence)
    for person in evidence.plan.people:
        if not person.wants_a_call or person.number not in acknowledged:
            continue
        home = homes.get(person.number)
        if not placed[person.number]:
            yield home, f"{person.number} asked for a call and was not rung"
        # They ask in one message, so another qualification would be a second first attempt.
        if home and (count := len(_places(evidence.conversations[home], LeadQualified))) != 1:
            yield home, f"{person.number} asked for a call once and was qualified {count} times"


def no_two_bookings_overlap(evidence: Evidence) -> Found:
    for one, other in evidence.overlaps:
        yield None, f"bookings {one} and {other}"


def messages_left_in_the_order_of_the_transcript(evidence: Evidence) -> Found:
    by_recipient: defaultdict[str, list[str]] = defaultdict(list)
    for message in sorted(evidence.messages, key=lambda message: message.order):
        by_recipient[message.to].append(message.body)
    for conversation in evidence.conversations.values():
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for event in _sends(conversation):
            delivery = evidence.deliveries.get(event.id)
            if event.data.channel != "web" and delivery and not _was_refused(delivery):
                wanted[event.data.address].append(event.data.text)
        for address, texts in wanted.items():
            if texts != by_recipient[address] and sorted(texts) == sorted(by_recipient[address]):
                yield conversation.id, f"decided {texts}, delivered {by_recipient[address]}"


def messages_are_heard_in_the_order_of_their_acks(evidence: Evidence) -> Found:
    """Only where the sender waited for one message's ack before the next."""
    place = {event.id: number for number, event in enumerate(_received(evidence))}
    by_person: defaultdict[str, list[Said]] = defaultdict(list)
    for said in evidence.witness.said:
        if said.acknowledged and said.message_id in place:
            by_person[said.person.number].append(said)
    for written in by_person.values():
        places = [place[said.message_id] for said in written]
        if places != sorted(places):
            yield _home(evidence, written[0]), f"{[said.text for said in written]} at {places}"


def nothing_is_left(evidence: Evidence) -> Found:
    for words in (*evidence.left, *(f"dead letter {letter}" for letter in evidence.dead_letters)):
        yield None, words


CHECKS = (
    every_acknowledged_message_has_one_place,
    every_conversation_was_answered,
    every_reply_reached_the_carrier_once,
    every_web_reply_is_numbered_once,
    every_lead_was_rung_once_per_attempt,
    no_two_bookings_overlap,
    messages_left_in_the_order_of_the_transcript,
    messages_are_heard_in_the_order_of_their_acks,
    the_timeline_has_the_order_of_the_topics,
    every_meeting_is_told_once,
    every_attempt_was_allowed,
    nothing_is_left,
)


def _was_abandoned(conversation: Conversation) -> bool:
    """A turn was given up whose answer was lost: one that came too late was only slow."""
    given_up = [
        place
        for place in _places(conversation, PersonWanted)
        if getattr(conversation.events[place].data, "reason", "") == GAVE_UP
    ]
    late = sum(
        isinstance(event.data, SendRefused) and event.data.reason == "stale_turn"
        for event in conversation.events
    )
    return len(given_up) > late


def _settles(data: EventData) -> bool:
    """Something was said, or mustn't be; words that came too late are followed by others."""
    if isinstance(data, SendRefused):
        return data.reason not in ("stale_epoch", "stale_turn")
    return isinstance(data, SendRequested | OptOutChanged)


def _was_refused(delivery: Delivery) -> bool:
    """The carrier never took it: it said no, or the fence did."""
    return delivery.status == "failed" and delivery.provider_message_id is None


def _received(evidence: Evidence) -> Iterator[Event[MessageReceived]]:
    for conversation in evidence.conversations.values():
        for event in conversation.events:
            if isinstance(event.data, MessageReceived):
                yield event  # type: ignore[misc]  # narrowed by its payload


def _sends(conversation: Conversation) -> Iterator[Event[SendRequested]]:
    for event in conversation.events:
        if isinstance(event.data, SendRequested):
            yield event  # type: ignore[misc]  # narrowed by its payload


def _places(conversation: Conversation, kind: type[EventData]) -> Sequence[int]:
    return [n for n, event in enumerate(conversation.events) if isinstance(event.data, kind)]


def _homes(evidence: Evidence) -> dict[str, UUID]:
    """The conversation of each number."""
    by_message = {event.id: event.subject for event in _received(evidence)}
    return {
        said.person.number: by_message[said.message_id]
        for said in evidence.witness.said
        if said.message_id in by_message
    }


def _home(evidence: Evidence, said: Said) -> UUID | None:
    return _homes(evidence).get(said.person.number)

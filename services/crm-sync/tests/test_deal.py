"""What a deal holds, whatever order its events come in."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from segue_common.events import (
    CallAnswered,
    CallEnded,
    Contact,
    Event,
    EventData,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    Score,
    Slot,
    root_event,
)
from segue_crm_sync.domain.activities import summary
from segue_crm_sync.domain.deal import Deal, apply

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONTACT = uuid.UUID(int=1)
BOOKING = uuid.UUID(int=2)
SLOT = Slot(
    service="consult", service_name="Consultation", starts_at=START, ends_at=START, time_zone="UTC"
)


def at(minute: int, data: EventData) -> Event[EventData]:
    return root_event(
        data, id=uuid.uuid4(), source="/test", tenant="acme", conversation_id=uuid.UUID(int=9),
        time=START + timedelta(minutes=minute),
    )  # fmt: skip


def update(
    revision: int, points: int = 10, name: str | None = None, phone: str | None = None
) -> LeadUpdated:
    return LeadUpdated(
        contact=Contact(contact_id=CONTACT, name=name, phone=phone), channel="sms", facts=(),
        score=score(points), revision=revision,
    )  # fmt: skip


def score(points: int) -> Score:
    return Score(points=points, of=100, threshold=70, lines=())


def qualified() -> LeadQualified:
    return LeadQualified(
        qualification_id=uuid.uuid4(), reason="threshold", contact=Contact(contact_id=CONTACT),
        channel="sms", language="en", consent_to_call="granted", facts=(), score=score(80),
        topic="implants", epoch=1,
    )  # fmt: skip


def ended(outcome: str) -> CallEnded:
    return CallEnded.model_validate(
        {"call_id": uuid.uuid4(), "qualification_id": None, "attempt": 1, "outcome": outcome}
    )


def after(*events: Event[EventData]) -> Deal:
    deal = Deal()
    for event in events:
        deal = apply(deal, event) or deal
    return deal


names = st.one_of(st.none(), st.sampled_from(["Ana", "Ben", "Cleo"]))


@given(
    st.lists(st.tuples(names, names, st.integers(0, 100)), min_size=1, max_size=8).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))
    )
)
def test_any_order_of_revisions_gives_the_newest(
    drawn: tuple[list[tuple[str | None, str | None, int]], list[int]],
) -> None:
    rows, order = drawn
    events = [
        at(number, update(number + 1, points, name, phone))
        for number, (name, phone, points) in enumerate(rows)
    ]
    in_order = after(*events)
    shuffled = after(*(events[place] for place in order))
    assert shuffled == in_order
    assert shuffled.revision == len(rows)
    assert shuffled.score == score(rows[-1][2])


@given(st.data())
def test_any_order_of_different_topics_gives_the_same_stage(data: st.DataObject) -> None:
    events = [
        at(0, update(1)),
        at(1, update(2, 80)),
        at(2, qualified()),
        at(3, CallAnswered(call_id=uuid.uuid4(), by="person")),
        at(4, ended("booked")),
        at(5, MeetingBooked(booking_id=BOOKING, slot=SLOT, by="call")),
    ]
    order = data.draw(st.permutations(events))
    deal = after(*order)
    assert deal == after(*events)
    assert deal.stage == "meeting"


def test_a_lead_that_is_only_known_is_new() -> None:
    assert after(at(0, update(1))).stage == "new"


def test_a_qualified_lead_is_qualified_until_somebody_reaches_it() -> None:
    events = [at(0, update(1)), at(1, qualified()), at(2, ended("no_answer"))]
    assert after(*events).stage == "qualified"
    answered = at(3, CallAnswered(call_id=uuid.uuid4(), by="person"))
    assert after(*events, answered).stage == "contacted"


def test_a_machine_that_answers_is_nobody() -> None:
    answered = CallAnswered(call_id=uuid.uuid4(), by="machine")
    assert after(at(0, qualified()), at(1, answered)).stage == "qualified"


def test_a_lead_that_declines_on_the_call_is_lost() -> None:
    answered = at(1, CallAnswered(call_id=uuid.uuid4(), by="person"))
    assert after(at(0, qualified()), answered, at(2, ended("declined"))).stage == "lost"


def test_a_lost_lead_that_qualifies_again_is_found() -> None:
    assert after(at(0, ended("declined")), at(1, qualified())).stage == "qualified"


def test_a_cancelled_meeting_takes_the_lead_back_to_where_it_was() -> None:
    events = [
        at(0, qualified()),
        at(1, MeetingBooked(booking_id=BOOKING, slot=SLOT, by="chat")),
        at(2, MeetingCancelled(booking_id=BOOKING, slot=SLOT, by="chat")),
    ]
    assert after(*events[:2]).stage == "meeting"
    assert after(*events).stage == "qualified"
    assert after(*reversed(events)).stage == "qualified"


def test_an_update_that_is_older_and_tells_nothing_new_changes_nothing() -> None:
    deal = after(at(1, update(2, name="Ana")))
    assert apply(deal, at(0, update(1, name="Ben"))) is None


def test_an_older_update_still_fills_what_is_unknown() -> None:
    deal = after(at(1, update(2, 90, name="Ana")), at(0, update(1, 10, phone="+15005550100")))
    assert deal.phone is not None
    assert deal.phone.value == "+15005550100"
    assert deal.score == score(90)


def test_a_summary_holds_no_name_and_no_number() -> None:
    line = summary(update(3, 40, name="Ana", phone="+15005550100"))
    assert line == "Score 40 of 100 (revision 3)"

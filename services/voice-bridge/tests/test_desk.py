"""The desk: news in any order rings exactly once, and never where it may not."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st
from segue_common.events import (
    CallAnswered,
    CallEnded,
    CallHeldBack,
    CallPlaced,
    CallSaid,
    ConsentChanged,
    Contact,
    Event,
    EventData,
    LeadQualified,
    MeetingBooked,
    ModelSpent,
    ModelUse,
    OptOutChanged,
    OwnershipChanged,
    Score,
    Slot,
    SlotsWanted,
    root_event,
)
from segue_common.tenants import DayHours, Tenant
from segue_voice_bridge.domain.desk import decide
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.gate import Allowed, gate
from segue_voice_bridge.domain.happenings import (
    AnswererKnown,
    CalledIn,
    CallProgressed,
    LookAgain,
    NotRung,
    Rang,
    RelayClosed,
    RingFailed,
    TurnTaken,
)
from segue_voice_bridge.domain.opening import open_session
from segue_voice_bridge.domain.orders import HANG_UP, RING, RingOrder

CONVERSATION = UUID(int=7)
QUALIFICATION = UUID(int=8)
NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)
PHONE = "+12125550123"
TENANT = Tenant.model_validate(
    {
        "tenant": "acme",
        "name": "Acme",
        "time_zone": "America/New_York",
        "channels": {
            "twilio": {"account_sid": "AC1", "auth_token": "t", "voice_from": "+15005550006"}
        },
        "callback": {"attempts": 2, "retry_minutes": 15},
    }
)


def qualified(consent: str = "granted", epoch: int = 1) -> LeadQualified:
    return LeadQualified.model_validate(
        {
            "qualification_id": QUALIFICATION,
            "reason": "threshold",
            "contact": Contact(contact_id=CONVERSATION, name="Dana", phone=PHONE),
            "channel": "sms",
            "language": "en",
            "consent_to_call": consent,
            "facts": (),
            "score": Score(points=80, of=100, threshold=70, lines=()),
            "topic": "an implant",
            "epoch": epoch,
        }
    )


def consent(state: str = "granted", epoch: int = 1) -> ConsentChanged:
    return ConsentChanged.model_validate(
        {"state": state, "quote": "yes", "message_id": CONVERSATION, "epoch": epoch}
    )


def booked() -> MeetingBooked:
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30), time_zone="UTC",
    )  # fmt: skip
    return MeetingBooked(booking_id=UUID(int=9), slot=slot, by="chat")


class Office:
    """Takes news one by one, and does with ring jobs what the runner does: it looks at the desk
    as it then is, and rings."""

    def __init__(self, now: datetime = NOW, tenant: Tenant = TENANT) -> None:
        self.desk = Desk()
        self.tenant = tenant
        self.now = now
        self.events: list[EventData] = []
        self.waiting: list[RingOrder] = []
        self.rung: list[tuple[UUID, Desk, datetime]] = []
        self.jobs: list[tuple[str, str]] = []
        self._count = 0

    def take(self, data: EventData, ago: timedelta = timedelta()) -> None:
        self._count += 1
        event: Event[EventData] = root_event(
            data, id=uuid5(CONVERSATION, str(self._count)), source="/test", tenant="acme",
            conversation_id=CONVERSATION, time=self.now - ago,
        )  # fmt: skip
        decision = decide(self.desk, event, self.tenant, self.now)
        self.desk = decision.state
        self.events.extend(decision.events)
        for job in decision.jobs:
            self.jobs.append((job.kind, job.key))
            if isinstance(job.payload, RingOrder):
                self.waiting.append(job.payload)

    def dial(self) -> None:
        """Do the first ring job."""
        if not self.waiting:
            return
        order = self.waiting.pop(0)
        call = self.desk.call
        mine = call is not None and call.call_id == order.call_id and call.revoked is None
        if not mine or gate(self.desk, self.tenant, self.now) != Allowed(order.phone):
            self.take(NotRung(call_id=order.call_id))
            return
        self.rung.append((order.call_id, self.desk, self.now))
        sid = f"CA{len(self.rung)}"
        self.take(Rang(call_id=order.call_id, provider_call_id=sid, accepted_at=self.now))

    def status(self, status: str) -> None:
        if self.desk.call is not None and self.desk.call.placed:
            self.take(
                CallProgressed.model_validate(
                    {
                        "call_id": self.desk.call.call_id,
                        "provider_call_id": self.desk.call.provider_call_id,
                        "status": status,
                    }
                )
            )

    def told(self, kind: type[EventData]) -> list[EventData]:
        return [event for event in self.events if isinstance(event, kind)]


def ringing() -> Office:
    office = Office()
    office.take(qualified())
    office.dial()
    return office


def test_a_qualified_lead_with_consent_is_rung_and_slots_are_asked_for_meanwhile() -> None:
    office = ringing()
    assert len(office.rung) == 1
    [placed] = office.told(CallPlaced)
    assert isinstance(placed, CallPlaced)
    assert (placed.attempt, placed.seconds_since_allowed) == (1, 0.0)
    assert len(office.told(SlotsWanted)) == 1


def test_repeated_and_late_reports_of_the_carrier_change_nothing() -> None:
    office = ringing()
    for status in ("completed", "in-progress", "ringing", "completed"):
        office.status(status)
    assert len(office.told(CallEnded)) == 1


def test_a_report_that_is_quicker_than_the_carriers_answer_places_the_call_first() -> None:
    office = Office()
    office.take(qualified())
    assert office.desk.call is not None
    call_id = office.desk.call.call_id
    office.take(CallProgressed(call_id=call_id, provider_call_id="CA1", status="busy"))
    office.take(Rang(call_id=call_id, provider_call_id="CA1", accepted_at=NOW))
    kinds = [type(event) for event in office.events]
    assert kinds == [SlotsWanted, CallPlaced, CallEnded]


def test_a_busy_line_is_tried_again_once_the_pause_is_over_and_then_no_more() -> None:
    office = ringing()
    office.status("busy")
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert ended.retry_at == NOW + timedelta(minutes=15)
    office.take(consent())
    assert not office.waiting
    office.now = ended.retry_at
    office.take(LookAgain(qualification_id=QUALIFICATION))
    office.dial()
    office.status("no-answer")
    last = office.told(CallEnded)[-1]
    assert isinstance(last, CallEnded)
    assert (last.attempt, last.outcome, last.retry_at) == (2, "no_answer", None)
    office.take(LookAgain(qualification_id=QUALIFICATION))
    assert len(office.rung) == 2
    assert not office.waiting


def test_a_retry_that_falls_into_the_night_waits_for_the_morning() -> None:
    evening = datetime(2025, 11, 25, 1, 50, tzinfo=UTC)
    office = Office(evening)
    office.take(qualified())
    office.dial()
    office.status("no-answer")
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert ended.retry_at == datetime(2025, 11, 25, 13, tzinfo=UTC)


def test_a_call_that_is_queued_when_a_person_takes_over_is_never_placed() -> None:
    office = Office()
    office.take(qualified())
    office.take(OwnershipChanged(owner="person", person="Kim", epoch=2))
    office.dial()
    assert office.rung == []
    [held] = office.told(CallHeldBack)
    assert isinstance(held, CallHeldBack)
    assert held.reason == "person_has_it"


def test_a_call_that_rings_when_the_lead_opts_out_is_ended() -> None:
    office = ringing()
    office.take(OptOutChanged(opted_out=True, channel="sms", epoch=2))
    assert (HANG_UP, str(office.rung[0][0])) in office.jobs
    office.status("canceled")
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert (ended.outcome, ended.retry_at) == ("cancelled", None)


def test_a_booking_in_the_chat_makes_the_call_needless() -> None:
    office = Office()
    office.take(qualified())
    office.take(booked())
    office.dial()
    assert office.rung == []


def test_a_machine_counts_as_an_attempt() -> None:
    office = ringing()
    assert office.desk.call is not None
    office.take(AnswererKnown(call_id=office.desk.call.call_id, by="machine"))
    office.status("completed")
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert (ended.outcome, ended.retry_at is not None) == ("voicemail", True)


def test_a_number_that_the_carrier_refuses_is_not_tried_again() -> None:
    office = Office()
    office.take(qualified())
    office.take(RingFailed(call_id=office.waiting[0].call_id, detail="21211"))
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert (ended.outcome, ended.detail, ended.retry_at) == ("failed", "21211", None)
    assert office.desk.qualification is not None
    assert office.desk.qualification.closed


def test_an_account_that_the_carrier_refuses_is_tried_again_later() -> None:
    office = Office()
    office.take(qualified())
    call_id = office.waiting[0].call_id
    office.take(RingFailed(call_id=call_id, detail="20003", permanent=False))
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert ended.retry_at == NOW + timedelta(minutes=15)


def test_words_are_told_in_order_with_what_was_heard_of_them() -> None:
    office = ringing()
    assert office.desk.call is not None
    call_id = office.desk.call.call_id
    session = open_session(office.desk, office.desk.call, TENANT)
    turns: list[dict[str, str]] = [
        {"says": "Hello Dana, is now a good time?"},
        {"cut": "Hello Dana"},
        {"heard": "yes", "says": "I can offer you these."},
        {"heard": "bye", "says": "Goodbye."},
    ]
    for turn in turns:
        office.take(TurnTaken.model_validate({"call_id": call_id, "session": session, **turn}))
    office.status("completed")
    said = [line for line in office.told(CallSaid) if isinstance(line, CallSaid)]
    assert [(line.number, line.speaker, line.heard) for line in said] == [
        (1, "agent", "Hello Dana"), (2, "lead", None), (3, "agent", None), (4, "lead", None),
        (5, "agent", None),
    ]  # fmt: skip
    assert isinstance(office.events[-1], CallEnded)
    [answered] = office.told(CallAnswered)
    assert isinstance(answered, CallAnswered)
    assert answered.by == "person"


def test_what_a_model_cost_is_told_with_its_words_and_summed_at_the_end() -> None:
    office = ringing()
    assert office.desk.call is not None
    call_id = office.desk.call.call_id
    session = open_session(office.desk, office.desk.call, TENANT)
    use = ModelUse(
        model="m", prompt="voice.v2", prompt_tokens=200, completion_tokens=10, seconds=0.4,
        cost=0.001, currency="USD",
    )  # fmt: skip
    turns: list[dict[str, object]] = [
        {"says": "Hello Dana, is now a good time?"},
        {"heard": "yes", "says": "Lovely. I can offer you these.", "model_use": use},
        {"heard": "the what", "model_use": use},
        {"heard": "bye", "says": "Goodbye."},
    ]
    for turn in turns:
        office.take(TurnTaken.model_validate({"call_id": call_id, "session": session, **turn}))
    office.status("completed")
    said = [line for line in office.told(CallSaid) if isinstance(line, CallSaid)]
    assert [(line.text, line.model_use) for line in said] == [
        ("Hello Dana, is now a good time?", None), ("yes", None),
        ("Lovely. I can offer you these.", use), ("the what", use), ("bye", None),
        ("Goodbye.", None),
    ]  # fmt: skip
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert ended.spent == ModelSpent(
        uses=2, prompt_tokens=400, completion_tokens=20, cost=0.002, currency="USD"
    )


def test_a_greeting_stays_in_the_transcript_when_the_lead_hangs_up_without_a_word() -> None:
    """The slots that were loaded while it rang reach the agent as a turn without words."""
    office = ringing()
    assert office.desk.call is not None
    call_id = office.desk.call.call_id
    session = open_session(office.desk, office.desk.call, TENANT)
    for turn in ({"says": "Hello Dana, is now a good time?"}, {}):
        office.take(TurnTaken.model_validate({"call_id": call_id, "session": session, **turn}))
    office.status("completed")
    [said] = office.told(CallSaid)
    assert isinstance(said, CallSaid)
    assert said.text == "Hello Dana, is now a good time?"


def held_back(office: Office) -> list[str]:
    return [held.reason for held in office.told(CallHeldBack) if isinstance(held, CallHeldBack)]


def test_a_number_that_another_conversation_has_silenced_is_asked_about_at_the_next_word() -> None:
    office = Office()
    office.take(qualified())
    order = office.waiting.pop()
    office.take(NotRung(call_id=order.call_id, silenced=True))
    office.take(LookAgain(qualification_id=QUALIFICATION))
    assert (held_back(office), office.waiting) == (["opted_out"], [])
    office.take(consent())
    assert [again.call_id for again in office.waiting] == [order.call_id]


def test_a_wish_that_was_long_overlooked_is_told_and_not_rung_until_it_is_renewed() -> None:
    evening = datetime(2025, 11, 25, 1, 30, tzinfo=UTC)
    office = Office(evening)
    office.take(qualified(), ago=timedelta(hours=12, minutes=31))
    assert (held_back(office), office.waiting) == (["wish_too_old"], [])
    office.take(consent())
    assert len(office.waiting) == 1


def test_the_hours_in_which_nobody_is_rung_make_no_wish_old() -> None:
    """The business phones from nine to ten only: the lead writes before, and after."""
    callback = TENANT.callback.model_copy(
        update={"call_hours": DayHours(start=time(9), end=time(10))}
    )
    short = TENANT.model_copy(update={"callback": callback})
    morning = datetime(2025, 11, 25, 14, tzinfo=UTC)
    early = Office(morning, short)
    early.take(qualified(), ago=timedelta(hours=20))
    assert len(early.waiting) == 1
    late = Office(morning - timedelta(hours=23), short)
    late.take(qualified(), ago=timedelta(minutes=1))
    assert held_back(late) == ["outside_hours"]
    late.now = morning
    late.take(LookAgain(qualification_id=QUALIFICATION))
    assert len(late.waiting) == 1


def test_a_call_back_that_the_policy_put_off_makes_no_wish_old() -> None:
    callback = TENANT.callback.model_copy(update={"retry_minutes": 24 * 60})
    office = Office(NOW, TENANT.model_copy(update={"callback": callback}))
    office.take(qualified())
    office.dial()
    office.status("busy")
    office.now = NOW + timedelta(days=1)
    office.take(LookAgain(qualification_id=QUALIFICATION))
    assert len(office.waiting) == 1


def test_a_timer_that_rings_late_is_counted_from_when_it_was_due() -> None:
    office = ringing()
    office.status("busy")
    office.now = NOW + timedelta(minutes=18)
    office.take(LookAgain(qualification_id=QUALIFICATION))
    assert [order.allowed_at for order in office.waiting] == [NOW + timedelta(minutes=15)]


def test_a_clock_that_is_ahead_does_not_lose_the_timer() -> None:
    office = Office(datetime(2025, 11, 24, 12, 59, 59, tzinfo=UTC))
    office.take(qualified())
    timers = len(office.jobs)
    office.take(LookAgain(qualification_id=QUALIFICATION))
    assert len(office.jobs) == timers + 1
    assert len(office.told(CallHeldBack)) == 1


def test_a_call_by_the_lead_is_over_with_its_session_and_settles_the_matter() -> None:
    office = Office()
    office.take(qualified("unknown"))
    contact = Contact(contact_id=CONVERSATION, phone=PHONE)
    call_id = UUID(int=11)
    office.take(CalledIn(call_id=call_id, provider_call_id="CA9", phone=PHONE, contact=contact))
    office.take(RelayClosed(call_id=call_id, session_id="VX1", outcome="declined", seconds=9))
    [ended] = office.told(CallEnded)
    assert isinstance(ended, CallEnded)
    assert (ended.outcome, ended.seconds, ended.qualification_id) == ("declined", 9, None)
    office.take(consent())
    assert not office.waiting


CONTROL = st.lists(
    st.sampled_from(["take", "release", "out", "in", "grant", "deny"]), max_size=6
).map(lambda words: tuple(words))


def control_events(words: tuple[str, ...]) -> list[EventData]:
    """The router's topic in its own order, with epochs that rise as the router raises them."""
    epoch, news = 1, list[EventData]()
    for word in words:
        epoch += word != "grant"
        made: dict[str, EventData] = {
            "take": OwnershipChanged(owner="person", person="Kim", epoch=epoch),
            "release": OwnershipChanged(owner="agent", epoch=epoch),
            "out": OptOutChanged(opted_out=True, channel="sms", epoch=epoch),
            "in": OptOutChanged(opted_out=False, channel="sms", epoch=epoch),
            "grant": consent("granted", epoch),
            "deny": consent("denied", epoch),
        }
        news.append(made[word])
    return news


@st.composite
def histories(draw: st.DrawFn) -> list[EventData | str | timedelta]:
    """Control news, the qualification and a booking, mixed with what else happens in time."""
    sources: list[list[EventData | str | timedelta]] = [
        list(control_events(draw(CONTROL))),
        [qualified(draw(st.sampled_from(["granted", "denied", "unknown"])))],
        draw(st.sampled_from([[], [], [booked()]])),
        draw(st.lists(st.sampled_from(["dial", "dial", "busy", "in-progress", "completed",
                                       "no-answer", "look"]), max_size=12)),
        draw(st.lists(st.integers(1, 900).map(lambda m: timedelta(minutes=m)), max_size=4)),
    ]  # fmt: skip
    order = draw(st.permutations([i for i, items in enumerate(sources) for _ in items]))
    queues = [list(items) for items in sources]
    return [queues[i].pop(0) for i in order]


@given(histories())
@settings(max_examples=400, deadline=None)
def test_no_history_rings_against_the_rules(history: list[EventData | str | timedelta]) -> None:
    office = Office()
    for step in history:
        if isinstance(step, timedelta):
            office.now += step
        elif step == "dial":
            office.dial()
        elif step == "look":
            office.take(LookAgain(qualification_id=QUALIFICATION))
        elif isinstance(step, str):
            office.status(step)
        else:
            office.take(step)
    calls = [call_id for call_id, _, _ in office.rung]
    assert len(calls) == len(set(calls))
    assert len(calls) <= 2
    for _, desk, at in office.rung:
        assert desk.consent_now == "granted"
        assert not desk.opted_out
        assert desk.owner == "agent"
        assert desk.meeting is None
        assert desk.leave_epoch >= desk.epoch
        assert 8 <= at.astimezone(TENANT.zone).hour < 21
    assert office.jobs.count((RING, f"{QUALIFICATION}:1")) >= bool(calls)
    assert len(office.told(CallEnded)) <= len(office.told(CallPlaced))
    assert not office.told(CallSaid)


@given(st.permutations([0, 1, 2]))
@settings(deadline=None)
def test_consent_and_qualification_ring_once_in_either_order(order: list[int]) -> None:
    news: list[EventData] = [qualified("unknown"), consent(), consent()]
    office = Office()
    for index in order:
        office.take(news[index])
        office.dial()
    assert len(office.rung) == 1

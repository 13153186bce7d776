"""Reports may come in any order; what is known only grows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.domain.delivery import Status, meta_status, rises, twilio_status
from segue_ingest.domain.fence import OPEN, Fence
from segue_ingest.domain.retrying import LONGEST_ASKED, next_try, spent

statuses: st.SearchStrategy[Status] = st.sampled_from(
    ["accepted", "sent", "delivered", "read", "failed"]
)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def final(reports: list[Status]) -> Status:
    status: Status = "pending"
    for report in reports:
        if rises(status, report):
            status = report
    return status


@given(st.lists(statuses), st.randoms())
def test_the_last_word_does_not_depend_on_the_order(reports: list[Status], random: object) -> None:
    shuffled = list(reports)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert final(shuffled) == final(reports)


@given(st.lists(statuses))
def test_repeated_reports_change_nothing(reports: list[Status]) -> None:
    assert final(reports + reports) == final(reports)


def test_a_late_sent_does_not_take_back_delivered() -> None:
    assert not rises("delivered", "sent")
    assert not rises("delivered", "failed")


def test_proof_of_arrival_outweighs_a_failure() -> None:
    assert rises("failed", "delivered")


def test_every_status_of_the_providers_is_understood_or_ignored() -> None:
    assert twilio_status("undelivered") == "failed"
    assert twilio_status("queued") == "accepted"
    assert twilio_status("receiving") is None
    assert meta_status("read") == "read"
    assert meta_status("deleted") is None


def test_words_of_an_older_epoch_are_fenced_off() -> None:
    assert Fence(epoch=2).stops(1, "agent")
    assert not Fence(epoch=2).stops(2, "agent")
    assert not OPEN.stops(0, "agent")


def test_a_person_may_give_back_what_they_have_just_answered() -> None:
    assert not Fence(epoch=2).stops(1, "person")
    opted_out = Fence(epoch=3, opt_out_epoch=3)
    assert opted_out.stops(2, "person")
    assert not opted_out.stops(3, "person")


@given(st.integers(min_value=0, max_value=3600), st.integers(min_value=0, max_value=10_000))
def test_the_next_try_is_later_bounded_and_not_before_the_carrier_asks(
    age: int, asked: int
) -> None:
    at = next_try(NOW - timedelta(seconds=age), NOW, timedelta(seconds=asked))
    assert NOW + timedelta(seconds=1) <= at <= NOW + LONGEST_ASKED
    assert at >= NOW + min(timedelta(seconds=asked), LONGEST_ASKED)


def test_a_dead_carrier_is_tried_a_bounded_number_of_times() -> None:
    now, tries = NOW, 0
    while not spent(NOW, now, timedelta(minutes=10)):
        now, tries = next_try(NOW, now), tries + 1
    assert 5 < tries < 30

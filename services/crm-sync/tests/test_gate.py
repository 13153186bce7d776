"""When a tenant's CRM may be called, and when it is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from segue_crm_sync.domain.gate import AT_ONCE, FAILURES_TO_OPEN, OPEN_SECONDS, TenantGate
from segue_crm_sync.domain.retrying import (
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    MOST_TRIES,
    next_try,
    parse_retry_after,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def broken() -> TenantGate:
    gate = TenantGate()
    for second in range(FAILURES_TO_OPEN):
        assert gate.enter(float(second)) == 0
        gate.leave(float(second), 0.1, failed=True)
    return gate


def test_a_crm_gets_a_few_calls_at_once_and_no_more() -> None:
    gate = TenantGate()
    assert [gate.enter(0.0) for _ in range(AT_ONCE)] == [0.0] * AT_ONCE
    assert gate.enter(0.0) > 0
    gate.leave(1.0, 1.0, failed=False)
    assert gate.enter(1.0) == 0


def test_those_who_wait_are_sent_to_different_moments() -> None:
    gate = TenantGate()
    for _ in range(AT_ONCE):
        gate.enter(0.0)
    waits = [gate.enter(0.0) for _ in range(20)]
    assert waits == sorted(set(waits))


def test_a_crm_that_is_down_is_left_alone_then_tried_once() -> None:
    gate = broken()
    assert gate.enter(FAILURES_TO_OPEN) > 0
    later = FAILURES_TO_OPEN - 1 + OPEN_SECONDS
    assert gate.enter(later) == 0
    assert gate.enter(later) > 0
    gate.leave(later, 0.1, failed=True)
    assert gate.enter(later + 1) > 0


def test_one_call_that_comes_through_opens_the_gate() -> None:
    gate = broken()
    later = FAILURES_TO_OPEN - 1 + OPEN_SECONDS
    assert gate.enter(later) == 0
    gate.leave(later, 0.1, failed=False)
    assert gate.enter(later) == 0
    assert gate.enter(later) == 0


@given(st.integers(1, MOST_TRIES - 1), st.integers(0, 100_000))
def test_a_wait_is_bounded_and_never_shorter_than_asked_for(tries: int, seconds: int) -> None:
    asked = timedelta(seconds=seconds)
    at = next_try(NOW, tries, asked)
    assert at is not None
    assert at - NOW >= min(asked, LONGEST_RETRY_AFTER)
    assert at - NOW <= max(LONGEST_WAIT, LONGEST_RETRY_AFTER)


def test_waits_double_and_come_to_an_end() -> None:
    waits = [at - NOW for tries in (1, 2, 3) if (at := next_try(NOW, tries, None))]
    assert waits == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert next_try(NOW, MOST_TRIES, None) is None


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert parse_retry_after("7", NOW) == timedelta(seconds=7)
    assert parse_retry_after("Mon, 02 Mar 2026 09:00:30 GMT", NOW) == timedelta(seconds=30)
    assert parse_retry_after("Mon, 02 Mar 2026 08:00:00 GMT", NOW) == timedelta(0)
    assert parse_retry_after("soon", NOW) is None
    assert parse_retry_after(None, NOW) is None

"""The circuit breaker opens, tries once, and closes or opens again."""

from hypothesis import given
from hypothesis import strategies as st
from segue_common.breaker import Breaker

CLOSED = Breaker(failures=3, open_seconds=30)


def failed(breaker: Breaker, times: int, now: float) -> Breaker:
    for _ in range(times):
        breaker = breaker.after_failure(now)
    return breaker


def test_it_stays_closed_below_the_limit_and_forgets_on_success() -> None:
    assert failed(CLOSED, 2, 0).state(0) == "closed"
    assert failed(failed(CLOSED, 2, 0).after_success(), 2, 0).state(0) == "closed"


def test_it_opens_at_the_limit_and_lets_nothing_through() -> None:
    opened = failed(CLOSED, 3, 100)
    assert opened.state(129.9) == "open"
    assert opened.admit(129.9) is None


def test_half_open_it_lets_one_call_through_and_no_second() -> None:
    probing = failed(CLOSED, 3, 100).admit(130)
    assert probing is not None
    assert probing.admit(131) is None


def test_a_successful_probe_closes_it_and_a_failed_one_opens_it_for_the_full_time() -> None:
    probing = failed(CLOSED, 3, 100).admit(130)
    assert probing is not None
    assert probing.after_success().state(131) == "closed"
    again = probing.after_failure(132)
    assert again.state(161.9) == "open"
    assert again.state(162) == "half_open"


def test_a_probe_that_never_reports_does_not_block_it_for_ever() -> None:
    probing = failed(CLOSED, 3, 100).admit(130)
    assert probing is not None
    assert probing.admit(160) is not None


def test_a_straggler_does_not_prolong_an_open_circuit() -> None:
    assert failed(CLOSED, 3, 100).after_failure(129).state(130) == "half_open"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 20)), max_size=60))
def test_whatever_happens_a_call_is_let_through_within_the_open_time(
    calls: list[tuple[bool, float]],
) -> None:
    breaker, now = CLOSED, 0.0
    for success, pause in calls:
        now += pause
        admitted = breaker.admit(now)
        if admitted is not None:
            breaker = admitted.after_success() if success else admitted.after_failure(now)
    assert breaker.admit(now + breaker.open_seconds) is not None

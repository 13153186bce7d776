"""How much may wait: as much as is done in the time that one may wait."""

from segue_ingest.domain.pace import FIRST_GUESS, LEAST, TIMES_HANDLED, Pace


def worked(per_second: int, *, waiting: int = 50, seconds: int = 30) -> Pace:
    pace = Pace(most_seconds=5.0)
    for second in range(seconds):
        pace.measured(float(second), waiting, second * per_second)
    return pace


def test_a_fast_system_may_have_much_waiting() -> None:
    assert worked(1000 * TIMES_HANDLED).most_waiting == 5000


def test_a_slow_system_never_sends_everybody_away() -> None:
    assert worked(1).most_waiting == LEAST


def test_an_idle_system_teaches_nothing() -> None:
    assert worked(3, waiting=0).most_waiting == FIRST_GUESS


def test_it_follows_a_system_that_becomes_slower() -> None:
    pace = worked(1000 * TIMES_HANDLED)
    before = pace.most_waiting
    done = 29 * 1000 * TIMES_HANDLED
    for second in range(30, 60):
        done += 100 * TIMES_HANDLED
        pace.measured(float(second), 50, done)
    assert LEAST < pace.most_waiting < before / 5

"""How much may wait: as much as is done in the time that one may wait."""

import pytest
from segue_ingest.domain.pace import LEAST, TIMES_HANDLED, Pace


def work(pace: Pace, per_second: int, *, waiting: int, since: int = 0, done: int = 0) -> int:
    """Thirty seconds of work at a pace; returns how much is done then."""
    for second in range(1, 31):
        done += per_second * TIMES_HANDLED
        pace.measured(float(since + second), waiting, done)
    return done


def test_a_fast_system_may_have_much_waiting() -> None:
    pace = Pace(most_seconds=5.0)
    work(pace, 1000, waiting=50)
    assert pace.most_waiting == pytest.approx(5000, rel=0.01)


def test_a_slow_system_never_sends_everybody_away() -> None:
    pace = Pace(most_seconds=5.0)
    work(pace, 1, waiting=500)
    assert pace.most_waiting == LEAST


def test_little_work_does_not_look_like_slow_work() -> None:
    pace = Pace(most_seconds=5.0)
    done = work(pace, 1000, waiting=3000)
    before = pace.most_waiting
    work(pace, 3, waiting=1, since=30, done=done)
    assert pace.most_waiting == before


def test_it_follows_a_system_that_becomes_slower() -> None:
    pace = Pace(most_seconds=5.0)
    done = work(pace, 1000, waiting=3000)
    before = pace.most_waiting
    work(pace, 100, waiting=before, since=30, done=done)
    assert LEAST < pace.most_waiting < before * 0.6


def test_a_server_that_is_away_does_not_look_slow() -> None:
    pace = Pace(most_seconds=5.0)
    done = work(pace, 1000, waiting=3000)
    before = pace.most_waiting
    work(pace, 0, waiting=9000, since=30, done=done)
    assert pace.most_waiting == before


def test_replicas_together_let_in_what_there_is_room_for() -> None:
    pace = Pace(most_seconds=5.0)
    assert 4 * pace.room(waiting=10, replicas=4) == pace.room(waiting=10, replicas=1) == LEAST - 10


def test_each_of_many_replicas_lets_somebody_in_while_there_is_room() -> None:
    pace = Pace(most_seconds=5.0)
    assert pace.room(waiting=LEAST - 1, replicas=1000) == 1
    assert pace.room(waiting=LEAST, replicas=1000) == 0

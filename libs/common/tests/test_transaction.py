"""What one transaction collects from the decisions of a batch."""

import uuid
from datetime import UTC, datetime
from typing import cast

from segue_common.decisions import TIMER, Decision, timer
from segue_common.events import Event, EventData, ReleaseRequested, root_event
from segue_common.runtime.database import Connection
from segue_common.runtime.transaction import Transaction

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NO_DATABASE = cast(Connection, None)


def cause() -> Event[EventData]:
    return root_event(
        ReleaseRequested(person="Robin"), id=uuid.uuid4(), source="/test", tenant="acme",
        conversation_id=uuid.uuid4(), time=NOW,
    )  # fmt: skip


def sets(key: str, person: str = "Robin") -> Decision[None]:
    return Decision(None, jobs=(timer(key, NOW, ReleaseRequested(person=person)),))


def cancels(key: str) -> Decision[None]:
    return Decision(None, cancelled_jobs=((TIMER, key),))


def test_a_timer_that_one_event_sets_and_a_later_one_of_the_batch_cancels_is_gone() -> None:
    work = Transaction(NO_DATABASE, NOW, "/test", {})
    for decision in (sets("turn"), sets("other"), cancels("turn")):
        work.record(decision, cause())
    assert [scheduled.job.key for scheduled in work.jobs] == ["other"]
    assert work.cancelled_jobs == [(TIMER, "turn")]


def test_a_timer_that_is_cancelled_and_set_again_is_the_later_one() -> None:
    work = Transaction(NO_DATABASE, NOW, "/test", {})
    for decision in (sets("turn", "first"), cancels("turn"), sets("turn", "second")):
        work.record(decision, cause())
    assert [scheduled.job.payload for scheduled in work.jobs] == [ReleaseRequested(person="second")]

"""Who is let in: a flood up to its bound, everybody else beside it."""

import asyncio
from contextlib import ExitStack

import pytest
from prometheus_client import REGISTRY
from segue_common.runtime.problems import Problem
from segue_common.runtime.settings import KafkaSettings
from segue_ingest import metrics
from segue_ingest.admission import Admission
from segue_ingest.domain.pace import LEAST
from waiting import eventually


@pytest.fixture
def admission() -> Admission:
    """Nobody has looked yet, so only what is known to be no backlog may come in."""
    return Admission(most_seconds=2.0, at_once=LEAST * 2)


def knock(admission: Admission, tenant: str, times: int) -> int:
    """How many of so many webhooks with one message each are taken."""
    refusals = []
    for _ in range(times):
        try:
            with admission.admitted(tenant, 1):
                pass
        except Problem as problem:
            refusals.append(problem)
    assert all(one.status == 429 and one.retry_after for one in refusals)
    return times - len(refusals)


def test_a_tenant_alone_may_take_all_there_is_and_no_more(admission: Admission) -> None:
    assert knock(admission, "flood", LEAST * 3) == LEAST


def test_what_is_still_in_hand_takes_room_too(admission: Admission) -> None:
    with ExitStack() as hands:
        for _ in range(LEAST):
            hands.enter_context(admission.admitted("flood", 1))
        assert knock(admission, "flood", 1) == 0


def test_others_are_let_in_beside_a_flood(admission: Admission) -> None:
    knock(admission, "flood", LEAST * 3)
    assert knock(admission, "quiet", 5) == 5
    assert knock(admission, "flood", 5) == 0


def test_a_second_flood_gets_no_more_than_the_first(admission: Admission) -> None:
    knock(admission, "flood", LEAST * 3)
    assert knock(admission, "another", LEAST * 3) == pytest.approx(LEAST, abs=1)


def test_many_messages_in_one_body_come_in_where_there_is_room(admission: Admission) -> None:
    with admission.admitted("flood", LEAST * 5):
        pass
    assert knock(admission, "flood", 1) == 0


def test_a_tenant_has_so_many_webhooks_in_hand_at_most() -> None:
    admission = Admission(most_seconds=2.0, at_once=2)
    with admission.admitted("busy", 1), admission.admitted("busy", 1):
        assert knock(admission, "busy", 1) == 0
        assert knock(admission, "other", 1) == 1
    assert knock(admission, "busy", 1) == 1


@pytest.mark.usefixtures("replica")
async def test_there_is_room_again_for_what_was_still_in_hand_when_the_backlog_was_looked_at(
    servers: object, admission: Admission
) -> None:
    def has_looked() -> bool:
        return REGISTRY.get_sample_value("segue_intake_backlog") != -1

    metrics.BACKLOG.set(-1)
    kafka = KafkaSettings(bootstrap=servers.kafka_bootstrap)  # type: ignore[attr-defined]
    watching = asyncio.create_task(admission.watch(kafka))
    try:
        with admission.admitted("flood", LEAST):
            await eventually(has_looked, "the backlog is looked at")
        assert admission.refused("flood") is not None
        await eventually(lambda: admission.refused("flood") is None, "there is room again")
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

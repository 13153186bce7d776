"""The short form of `make soak`: everything is killed while people write, and a burst comes in."""

import pytest
from segue_local.soak.burst import burst
from segue_local.soak.cluster import Cluster
from segue_local.soak.plan import draw
from segue_local.soak.run import run

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

SEEDS = (4,)
SECONDS = 35.0
PEOPLE = 24
MOST_GROWTH_MB = 150.0
# A quiet tenant's message waits behind what was let in of the other's: this is the bound that
# holds on two busy cores, where everything is slow.
MOST_QUIET_SECONDS = 20.0


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_doubled_or_left_when_everything_dies(
    cluster: Cluster, seed: int
) -> None:
    result = await run(cluster, draw(seed, SECONDS, people=PEOPLE), print)
    report = "\n".join(result.report())
    print(report)
    assert len(result.evidence.messages) >= PEOPLE
    assert result.evidence.calls
    assert not result.violations, report


async def test_a_burst_is_taken_or_told_to_come_again_and_others_get_their_replies(
    cluster: Cluster,
) -> None:
    result = await burst(cluster, 2000, print, rest_seconds=240)
    report = "\n".join(result.report())
    print(report)
    assert set(result.first_answers) <= {200, 429, 503}, report
    assert not result.without_retry_after, report
    assert result.quiet_replies, report
    assert not result.quiet_unanswered, report
    assert result.slowest_quiet_reply < MOST_QUIET_SECONDS, report
    assert result.most_grown_mb < MOST_GROWTH_MB, report
    assert not result.violations, report

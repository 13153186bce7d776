"""The fault run with two replicas of everything: all is killed while people write; and bursts."""

import pytest
from segue_local.soak.burst import BurstResult, burst
from segue_local.soak.cluster import Cluster
from segue_local.soak.plan import draw
from segue_local.soak.run import run

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

SEEDS = (4,)
SECONDS = 35.0
PEOPLE = 24
MOST_GROWTH_MB = 150.0
# Of all that is answered of a burst, so much at most before another tenant's lead who wrote
# meanwhile. First come, first served would be nearly everything.
LONGEST_QUEUE = 0.25


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


def broken(result: BurstResult) -> list[str]:
    """What a burst must never show."""
    wrong = {
        "another answer": not set(result.first_answers) <= {200, 429, 503},
        "a refusal without Retry-After": result.without_retry_after > 0,
        "nobody else was answered": not result.quiet_replies,
        "somebody else went unanswered": result.quiet_unanswered > 0,
        "others waited behind the burst": result.longest_queue > LONGEST_QUEUE,
        "memory grew": result.most_grown_mb > MOST_GROWTH_MB,
        "a promise was broken": bool(result.violations),
    }
    return [words for words, is_so in wrong.items() if is_so]


async def test_a_burst_that_comes_again_is_all_taken_while_others_get_their_replies(
    cluster: Cluster,
) -> None:
    result = await burst(cluster, 2_000, print, rest_seconds=400)
    report = "\n".join(result.report())
    print(report)
    assert not broken(result), report


async def test_twenty_thousand_webhooks_are_each_taken_once_or_told_to_come_again(
    cluster: Cluster,
) -> None:
    result = await burst(cluster, 20_000, print, come_again=False, rest_seconds=400)
    report = "\n".join(result.report())
    print(report)
    assert sum(result.first_answers.values()) == 20_000
    assert not broken(result), report

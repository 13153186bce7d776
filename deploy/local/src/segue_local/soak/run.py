"""One run from its plan: people and faults side by side, then rest, then the checks."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from segue_common.cli.rendering import timeline_lines

from segue_local.simulator import WebhookFaults
from segue_local.soak.checks import Violation, violations
from segue_local.soak.cluster import Cluster
from segue_local.soak.evidence import Evidence, collect
from segue_local.soak.people import play
from segue_local.soak.plan import Death, Person, Plan, Trouble
from segue_local.soak.settling import settled
from segue_local.soak.witness import Witness

MOST_STORIES = 5


@dataclass(frozen=True)
class Result:
    """What a run found."""

    evidence: Evidence
    violations: tuple[Violation, ...]
    seconds_to_rest: float

    def report(self) -> Iterator[str]:
        """The figures, and for what is wrong the conversations it is wrong in."""
        evidence = self.evidence
        said = evidence.witness.said
        yield (
            f"seed {evidence.plan.seed}: {len(evidence.plan.people)} people, "
            f"{sum(one.acknowledged for one in said)} of {len(said)} messages acknowledged "
            f"(others: {dict(Counter(one.status for one in said if not one.acknowledged))}), "
            f"{len(evidence.messages)} replies at the carrier, {len(evidence.calls)} calls, "
            f"{len(evidence.plan.deaths)} deaths, {len(evidence.plan.troubles)} troubles, "
            f"at rest after {self.seconds_to_rest:.0f} s, {len(self.violations)} violations"
        )
        for found in self.violations:
            yield f"  {found.check}: {found.detail} (conversation {found.conversation})"
        wrong = dict.fromkeys(f.conversation for f in self.violations if f.conversation)
        for conversation in [*wrong][:MOST_STORIES]:
            yield f"\nconversation {conversation}"
            if conversation in evidence.conversations:
                events = evidence.conversations[conversation].events
                # The people of a run are made up, so their words may be shown.
                yield from timeline_lines(events, show_pii=True, everything=True)


async def run(
    cluster: Cluster, plan: Plan, say: Callable[[str], None], *, rest_seconds: float = 150.0
) -> Result:
    """Play the plan on a cluster that is ready; raises `NotSettled` when it finds no rest."""
    since = datetime.now(UTC)
    witness = Witness()
    start = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        for person in plan.people:
            tasks.create_task(_enter(cluster, person, witness, start, plan.seconds))
        for target in dict.fromkeys(death.target for death in plan.deaths):
            mine = [death for death in plan.deaths if death.target == target]
            tasks.create_task(_die(cluster, mine, start))
        tasks.create_task(_trouble(cluster, plan.troubles, start, say))
    cluster.carrier.faults.clear()
    say("no more faults")
    began = time.monotonic()
    await cluster.ready()
    await settled(cluster.dsn, cluster.bootstrap, rest_seconds, cluster.carrier)
    resting = time.monotonic() - began
    evidence = await collect(plan, witness, cluster.carrier, cluster.dsn, cluster.bootstrap, since)
    return Result(evidence, tuple(violations(evidence)), resting)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(moment - asyncio.get_running_loop().time(), 0.0))


async def _enter(
    cluster: Cluster, person: Person, witness: Witness, start: float, seconds: float
) -> None:
    await _until(start + person.starts_at)
    url = cluster.fronts["ingest"].url
    await play(person, cluster.carrier, witness, url, start + seconds + 30.0)


async def _die(cluster: Cluster, deaths: list[Death], start: float) -> None:
    """The deaths of one process or server, one after the other."""
    for death in deaths:
        await _until(start + death.at)
        await cluster.down(death.target, how=death.how)
        await asyncio.sleep(death.seconds)
        await cluster.up(death.target)


async def _trouble(
    cluster: Cluster, troubles: tuple[Trouble, ...], start: float, say: Callable[[str], None]
) -> None:
    for trouble in troubles:
        await _until(start + trouble.at)
        if trouble.rest:
            say(f"carrier: {trouble.rest.kind} x{trouble.rest.times} on {trouble.rest.on}")
            cluster.carrier.fault(trouble.rest)
        if trouble.webhooks:
            say(f"webhooks: {_words(trouble.webhooks)}")
            cluster.carrier.faults.webhooks = trouble.webhooks


def _words(faults: WebhookFaults) -> str:
    return (
        f"{faults.duplicates} duplicates, delay {faults.delay:g} s, jitter {faults.jitter:g} s, "
        f"{faults.lose_answers} answers lost"
    )

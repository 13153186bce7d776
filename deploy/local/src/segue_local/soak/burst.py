"""A burst of webhooks for one tenant, while a lead of another one goes on writing."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN, HeardNothing
from segue_local.soak.checks import Violation, violations
from segue_local.soak.cluster import Cluster
from segue_local.soak.evidence import collect
from segue_local.soak.plan import QUESTIONS, TENANTS, Line, Person, Plan
from segue_local.soak.raw_http import Answered, Connections, signed_request
from segue_local.soak.settling import settled
from segue_local.soak.witness import Witness
from segue_local.stack import memory

FLOODED, QUIET = TENANTS
MESSAGES_EACH = 5
MOST_CONNECTIONS = 1000
PROBE_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
# No answer at all, as a server that is full gives: tried again after this.
AGAIN_SECONDS = 1.0
QUIET_NUMBERS = itertools.count(2_000_000)


@dataclass
class BurstResult:
    """What the burst met; times in seconds, memory in MB by process.

    `quiet_behind` tells of each reply to the other tenant how many replies left for the flooded
    one while it was awaited, of `replies` in all.
    """

    messages: int
    first_answers: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    replies: int = 0
    quiet_behind: list[int] = field(default_factory=list)
    seconds_to_answer: float = 0.0
    seconds_to_accept: float = 0.0
    seconds_to_rest: float = 0.0
    quiet_acks: list[float] = field(default_factory=list)
    quiet_replies: list[float] = field(default_factory=list)
    quiet_unanswered: int = 0
    before_mb: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()

    @property
    def slowest_quiet_reply(self) -> float:
        return max(self.quiet_replies, default=0.0)

    @property
    def longest_queue(self) -> float:
        """The most of all replies to the burst that a reply to the other tenant came after."""
        return max(self.quiet_behind, default=0) / max(self.replies, 1)

    @property
    def most_grown_mb(self) -> float:
        return max(self.peak_mb[name] - self.before_mb[name] for name in self.before_mb)

    def report(self) -> Iterator[str]:
        yield (
            f"burst of {self.messages}: first answers {dict(self.first_answers)} within "
            f"{self.seconds_to_answer:.1f} s, {self.without_retry_after} refusals without "
            f"Retry-After, sent within {self.seconds_to_accept:.0f} s, {self.replies} replies, at "
            f"rest after {self.seconds_to_rest:.0f} s"
        )
        yield (
            f"  the other tenant's leads: acknowledged after at most "
            f"{max(self.quiet_acks, default=0.0):.2f} s, {len(self.quiet_replies)} replies, median "
            f"{median(self.quiet_replies or [0]):.2f} s, slowest {self.slowest_quiet_reply:.2f} s, "
            f"{self.quiet_unanswered} unanswered; meanwhile {self.quiet_behind} of the burst's"
        )
        peaks = ", ".join(
            f"{name} {self.before_mb[name]:.0f}-{self.peak_mb[name]:.0f}" for name in self.peak_mb
        )
        yield f"  memory in MB, before and peak: {peaks}"
        for found in self.violations:
            yield f"  {found.check}: {found.detail} (conversation {found.conversation})"


async def burst(
    cluster: Cluster, messages: int, say: Callable[[str], None], *,
    come_again: bool = True, rest_seconds: float = 600.0,
) -> BurstResult:  # fmt: skip
    """Send it, wait until everything is answered, and check the promises.

    Whoever is refused comes again until they are taken, or, without `come_again`, gives it up.
    """
    since = datetime.now(UTC)
    result, witness = BurstResult(messages), Witness()
    dice = random.Random(messages)
    people = [_sender(dice, number) for number in range(messages // MESSAGES_EACH)]
    requests = {line.id: _request(cluster, p, line) for p in people for line in p.lines}
    result.before_mb, replies_before = _memory(cluster), _replies(cluster)
    over = asyncio.Event()
    probing = asyncio.create_task(_probe(cluster, dice, result, over))
    weighing = asyncio.create_task(_weigh(cluster, result))
    started = time.monotonic()
    async with (
        Connections(cluster.fronts["ingest"].port, min(messages // 4, MOST_CONNECTIONS)) as lines,
        asyncio.TaskGroup() as tasks,
    ):
        for person in people:
            sending = _Sending(requests, lines, witness, result, started, come_again)
            tasks.create_task(sending.all_of(person))
    result.seconds_to_accept = time.monotonic() - started
    say(f"all sent after {result.seconds_to_accept:.1f} s")
    over.set()
    await probing
    await settled(cluster.dsn, cluster.bootstrap, rest_seconds, cluster.carrier)
    result.seconds_to_rest = time.monotonic() - started
    weighing.cancel()
    await asyncio.gather(weighing, return_exceptions=True)
    result.replies = _replies(cluster) - replies_before
    plan = Plan(messages, 0.0, people=(), deaths=(), troubles=())
    evidence = await collect(plan, witness, cluster.carrier, cluster.dsn, cluster.bootstrap, since)
    result.violations = tuple(violations(evidence))
    return result


def _sender(dice: random.Random, number: int) -> Person:
    lines = tuple(
        Line("SM" + f"{dice.getrandbits(128):032x}", f"{dice.choice(QUESTIONS)} ({n})", 0.0)
        for n in range(MESSAGES_EACH)
    )
    return Person(f"+1646{3_000_000 + number}", "talker", FLOODED, "sms", 0.0, lines)


def _request(cluster: Cluster, person: Person, line: Line) -> bytes:
    url = f"{cluster.fronts['ingest'].url}/v1/{person.tenant}/twilio/messages"
    form = [
        ("MessageSid", line.id), ("AccountSid", DEFAULT_ACCOUNT), ("SmsStatus", "received"),
        ("NumMedia", "0"), ("Body", line.text), ("From", person.number),
        ("To", TENANTS[person.tenant]),
    ]  # fmt: skip
    return signed_request(url, DEFAULT_TOKEN, form)


@dataclass(frozen=True)
class _Sending:
    """How the senders of a burst go about it."""

    requests: dict[str, bytes]
    connections: Connections
    witness: Witness
    result: BurstResult
    started: float
    come_again: bool

    async def all_of(self, person: Person) -> None:
        """One sender: a message, its answer, then the next."""
        for line in person.lines:
            answer = await self._send(line)
            self.result.first_answers[answer.status] += 1
            self.result.seconds_to_answer = time.monotonic() - self.started
            while self.come_again and not 200 <= answer.status < 300:
                await asyncio.sleep(_wait_after(answer))
                answer = await self._send(line)
            self.witness.wrote(person, line.id, line.text, answer.status)

    async def _send(self, line: Line) -> Answered:
        answer = await self.connections.send(self.requests[line.id])
        is_refusal = answer.status in (429, 503)
        self.result.without_retry_after += is_refusal and not answer.retry_after
        return answer


def _wait_after(answer: Answered) -> float:
    if answer.status not in (0, 429, 503):
        raise AssertionError(f"a webhook was answered {answer.status}")
    return answer.retry_after or AGAIN_SECONDS


async def _probe(
    cluster: Cluster, dice: random.Random, result: BurstResult, over: asyncio.Event
) -> None:
    """The quiet tenant's leads: always one who writes and waits for the answer."""
    while not over.is_set():
        number = next(QUIET_NUMBERS)
        lead = cluster.carrier.lead(f"+1917{number}", tenant=QUIET, channel="whatsapp")
        began, before = time.monotonic(), _replies(cluster)
        try:
            await lead.say(dice.choice(QUESTIONS))
            result.quiet_acks.append(time.monotonic() - began)
            await lead.hears(PATIENCE_SECONDS)
            result.quiet_replies.append(time.monotonic() - began)
            result.quiet_behind.append(_replies(cluster) - before)
        except HeardNothing:
            result.quiet_unanswered += 1
        await asyncio.sleep(PROBE_SECONDS)


def _replies(cluster: Cluster) -> int:
    """Messages to the flooded tenant's leads that the carrier has taken."""
    return sum(sent.from_.endswith(TENANTS[FLOODED]) for sent in cluster.carrier.messages)


async def _weigh(cluster: Cluster, result: BurstResult) -> None:
    while True:
        for name, size in _memory(cluster).items():
            result.peak_mb[name] = max(size, result.peak_mb.get(name, 0.0))
        await asyncio.sleep(PROBE_SECONDS)


def _memory(cluster: Cluster) -> dict[str, float]:
    return {name: memory.of_tree(pid) / 1e6 for name, pid in cluster.pids.items()}

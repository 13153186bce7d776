"""All choices of a run, drawn from its seed before anything starts, so that a seed replays them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from segue_common.runtime.settings import SERVICE_PORTS

from segue_local.simulator import RestFault, WebhookFaults
from segue_local.simulator.faults import Kind as RestKind

TENANTS = {"acme-dental": "+15005550006", "birch-dental": "+15005550009"}
SERVERS = ("kafka", "postgres", "valkey")
REPLICAS = tuple(name for service in SERVICE_PORTS for name in (service, f"{service}-2"))

Part = Literal["booker", "rival", "caller", "busy", "stopper", "talker", "visitor"]
Channel = Literal["whatsapp", "sms", "web"]
How = Literal["kill", "leave", "freeze"]

# How often each part is cast, and whether its lines are one wave or come one by one.
CAST: dict[Part, int] = {
    "booker": 3, "rival": 2, "caller": 4, "busy": 1, "stopper": 2, "talker": 3, "visitor": 3,
}  # fmt: skip
GREETINGS = ("Hello!", "Hi there", "Good morning, is anybody there?")
# Longer than a consumer's session and a job's lease last.
LONGEST_FREEZE = 20.0
# Clients give up on a carrier after ten seconds.
OUTLASTS_CLIENTS = 15.0
NEEDS = ("I need a crown", "We'd like veneers", "I'm looking for an implant", "My son needs braces")
QUESTIONS = (
    "What are your opening hours?", "Do you have parking?", "How much is a cleaning?",
    "Do you take new patients?",
)  # fmt: skip
WANTS_A_CALL = (
    "Hi, I need a root canal, my budget is up to $1500, I decide myself and it has to be this "
    "week. Please call me"
)


@dataclass(frozen=True)
class Line:
    """One thing that a person writes; then they wait so many seconds for an answer."""

    id: str
    text: str
    patience: float


@dataclass(frozen=True)
class Person:
    """Somebody who writes: when they begin, where, and everything that they will say."""

    number: str
    part: Part
    tenant: str
    channel: Channel
    starts_at: float
    lines: tuple[Line, ...]

    @property
    def wants_a_call(self) -> bool:
        return self.part in ("caller", "busy")


@dataclass(frozen=True)
class Death:
    """A process or server is killed, asked to leave, or stands still; it is back after
    `seconds`."""

    at: float
    target: str
    seconds: float
    how: How = "kill"


@dataclass(frozen=True)
class Trouble:
    """From `at` on the carrier misbehaves: with requests to it, or with its webhooks."""

    at: float
    rest: RestFault | None = None
    webhooks: WebhookFaults | None = None


@dataclass(frozen=True)
class Plan:
    """A whole run of `seconds`, times in seconds from its start."""

    seed: int
    seconds: float
    people: tuple[Person, ...]
    deaths: tuple[Death, ...]
    troubles: tuple[Trouble, ...]


def draw(
    seed: int, seconds: float, *, people: int, calm: float = 8.0, targets: Sequence[str] = REPLICAS
) -> Plan:
    """A run of `seconds` with so many people; on average one of the services' processes, the
    `targets`, dies every `calm` seconds."""
    dice = random.Random(seed)
    return Plan(
        seed,
        seconds,
        people=tuple(_people(dice, seconds, people)),
        deaths=tuple(sorted(_deaths(dice, seconds, calm, targets), key=lambda death: death.at)),
        troubles=tuple(sorted(_troubles(dice, seconds), key=lambda trouble: trouble.at)),
    )


def _people(dice: random.Random, seconds: float, count: int) -> Iterator[Person]:
    lines = dice.sample(range(2_000_000, 9_999_999), count)
    parts = [*dict.fromkeys(CAST), *dice.choices([*CAST], [*CAST.values()], k=count)][:count]
    rivals_start = dice.uniform(0, seconds / 2)
    for line, part in zip(lines, parts, strict=True):
        tenant = dice.choice([*TENANTS])
        start = dice.uniform(0, seconds * 0.9)
        if part == "rival":
            # Two and more who ask for the same hours of the same calendar at the same time.
            tenant, start = next(iter(TENANTS)), rivals_start
        yield Person(
            f"+1212{line}", part, tenant, _channel(dice, part), start,
            tuple(_line(dice, text) for text in _words(dice, part)),
        )  # fmt: skip


def _channel(dice: random.Random, part: Part) -> Channel:
    if part in ("visitor", "stopper"):
        return "web" if part == "visitor" else "sms"
    return dice.choice(("whatsapp", "whatsapp", "sms"))


def _line(dice: random.Random, text: str) -> Line:
    return Line("SM" + f"{dice.getrandbits(128):032x}", text, dice.choice((0.0, 3.0, 10.0)))


def _words(dice: random.Random, part: Part) -> list[str]:
    match part:
        case "booker" | "rival":
            return [
                "Can I book a cleaning tomorrow afternoon?", "the first one works",
                dice.choice(QUESTIONS),
            ]  # fmt: skip
        case "caller" | "busy":
            return [WANTS_A_CALL]
        case "stopper":
            return [dice.choice(NEEDS), "STOP", dice.choice(QUESTIONS)]
        case _:
            words = [dice.choice(GREETINGS), dice.choice(NEEDS), dice.choice(QUESTIONS)]
            return [*words, "My budget is about $2000", dice.choice(QUESTIONS)][
                : dice.randint(2, 5)
            ]


def _deaths(
    dice: random.Random, seconds: float, calm: float, targets: Sequence[str]
) -> Iterator[Death]:
    for server in SERVERS:
        for at in _moments(dice, seconds, max(1, round(seconds / 90))):
            yield Death(at, server, dice.uniform(0.0, 2.0))
    for at in _moments(dice, seconds, max(3, round(seconds / calm))):
        how: How = dice.choice(("kill", "kill", "leave", "freeze"))
        longest = LONGEST_FREEZE if how == "freeze" else 8.0
        yield Death(at, dice.choice(targets), dice.uniform(0.0, longest), how)


def _troubles(dice: random.Random, seconds: float) -> Iterator[Trouble]:
    for at in _moments(dice, seconds, max(6, round(seconds / 4))):
        yield Trouble(at, rest=_rest_fault(dice))
    for at in _moments(dice, seconds, max(3, round(seconds / 10))):
        yield Trouble(
            at,
            webhooks=WebhookFaults(
                duplicates=dice.choice((0, 1, 2)), delay=dice.choice((0.0, 0.2)),
                jitter=dice.choice((0.0, 0.5, 1.5)), lose_answers=dice.choice((0, 2, 5)),
                seed=dice.getrandbits(32),
            ),
        )  # fmt: skip


def _rest_fault(dice: random.Random) -> RestFault:
    kinds: tuple[RestKind, ...] = ("error", "rate_limit", "hang", "lose_response", "lose_response")
    return RestFault(
        dice.choice(kinds),
        times=dice.randint(1, 3), on=dice.choice(("messages", "messages", "calls")),
        status=dice.choice((500, 502, 503)), seconds=dice.choice((0.0, 1.0, 3.0, OUTLASTS_CLIENTS)),
    )  # fmt: skip


def _moments(dice: random.Random, seconds: float, count: int) -> list[float]:
    return [dice.uniform(0, seconds) for _ in range(count)]

"""Carrier failures on demand: what goes wrong with the next requests and webhooks."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from segue_local.simulator.addresses import bare

LONGEST_HANG = 600.0

Kind = Literal["error", "rate_limit", "reject", "hang", "lose_response"]
Resource = Literal["messages", "calls", "meta", "any"]


@dataclass
class RestFault:
    """What happens to the next `times` creating requests for a resource (and a number, if given).

    error: answered `status` without doing it. rate_limit: 429 with `retry_after` seconds.
    reject: HTTP 400 with the provider's `code`. hang: nothing done, no answer for `seconds`, then
    the connection drops. lose_response: it is done, and the answer lost the same way.
    """

    kind: Kind
    times: int = 1
    on: Resource = "any"
    to: str | None = None
    status: int = 500
    code: int = 20500
    retry_after: int = 1
    seconds: float | None = None

    @property
    def silent_for(self) -> float:
        """Seconds before the line drops: hanging outlasts any client, lost answers drop at once."""
        if self.seconds is not None:
            return self.seconds
        return LONGEST_HANG if self.kind == "hang" else 0.0

    def strikes(self, resource: Resource, to: str) -> bool:
        return (
            self.times > 0
            and self.on in ("any", resource)
            and (self.to is None or bare(self.to) == bare(to))
        )


@dataclass
class DeliveryFault:
    """The next `times` messages to a number end in `status` with the carrier's error code."""

    to: str
    code: int = 30003
    status: Literal["undelivered", "failed"] = "undelivered"
    times: int = 1


@dataclass
class WebhookFaults:
    """How the way from the carrier to the system misbehaves.

    `duplicates`: further copies of every webhook, at the same time. `delay` and `jitter`: seconds,
    fixed and at random, before each; jitter reorders. `lose_answers`: so many of the next answers
    are lost on the way back, so the carrier posts again what the system has already taken.
    """

    duplicates: int = 0
    delay: float = 0.0
    jitter: float = 0.0
    lose_answers: int = 0
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def wait(self) -> float:
        return self.delay + self._dice.uniform(0, self.jitter)

    def loses_this_answer(self) -> bool:
        if self.lose_answers <= 0:
            return False
        self.lose_answers -= 1
        return True


class FaultPlan:
    """All faults in force; each request takes the first that strikes it."""

    def __init__(self, rest: Iterable[RestFault] = ()) -> None:
        self.rest: list[RestFault] = list(rest)
        self.delivery: list[DeliveryFault] = []
        self.webhooks = WebhookFaults()

    def add(self, *faults: RestFault | DeliveryFault) -> None:
        for fault in faults:
            if isinstance(fault, RestFault):
                self.rest.append(fault)
            else:
                self.delivery.append(fault)

    def clear(self) -> None:
        self.rest.clear()
        self.delivery.clear()
        self.webhooks = WebhookFaults()

    def strike(self, resource: Resource, to: str) -> RestFault | None:
        for fault in self.rest:
            if fault.strikes(resource, to):
                fault.times -= 1
                return fault
        return None

    def undeliverable(self, to: str) -> DeliveryFault | None:
        for fault in self.delivery:
            if fault.times > 0 and bare(fault.to) == bare(to):
                fault.times -= 1
                return fault
        return None

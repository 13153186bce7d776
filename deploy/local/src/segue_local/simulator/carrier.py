"""The carrier's whole state, shared by its REST desks, its callers and its control API."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field

from segue_local.simulator.faults import FaultPlan
from segue_local.simulator.ledger import Ledger
from segue_local.simulator.lines import Ingress, Lines
from segue_local.simulator.permissions import Permissions
from segue_local.simulator.records import CallRecord, MessageRecord, Problem
from segue_local.simulator.webhooks import WebhookPoster

KEPT_PROBLEMS = 10_000


@dataclass(frozen=True)
class Timing:
    """Seconds that the carrier takes over things; short, so that tests don't wait on it."""

    status_step: float = 0.02  # between two delivery statuses of a message
    ring: float = 0.05  # from dialling to ringing
    detection: float = 0.1  # from answer to the machine-detection verdict
    calls_per_second: float | None = None  # Twilio's default is 1; None dials at once
    read_receipts: bool = True
    interrupt_duration_as_text: bool = False  # older relay sessions sent it as a string


class Background:
    """Tasks that outlive the request that began them, all ended with the carrier."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": "the carrier simulator failed", "exception": error, "task": task}
            )

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Carrier:
    lines: Lines
    ingress: Ingress
    poster: WebhookPoster
    faults: FaultPlan
    timing: Timing
    messages: Ledger[MessageRecord]
    calls: Ledger[CallRecord]
    permissions: Permissions = field(default_factory=Permissions)
    background: Background = field(default_factory=Background)
    problems: deque[Problem] = field(default_factory=lambda: deque(maxlen=KEPT_PROBLEMS))

    def problem(self, code: int, detail: str, subject: str) -> None:
        self.problems.append(Problem(code, detail, subject))

"""List jobs that were given up, show them, have them tried again, or drop them."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from segue_common.cli.dead_commands import DeadCommands
from segue_common.cli.dead_rows import DeadRows
from segue_common.events.envelope import parse_data
from segue_common.events.personal import masked


@dataclass(frozen=True)
class DeadJob:
    """A job that nobody tries again by themselves. `outcome_unknown` says that its last try may
    have done something outside: who retries it has it ask there first."""

    service: str
    id: UUID
    kind: str
    key: str
    lane: str | None
    payload: bytes
    payload_type: str
    tenant: str
    conversation_id: UUID
    attempts: int
    outcome_unknown: bool
    dead_because: str
    created_at: datetime


def _about(job: DeadJob, show_pii: bool) -> dict[str, object]:
    about: dict[str, object] = {
        "service": job.service,
        "id": str(job.id),
        "kind": job.kind,
        "tenant": job.tenant,
        "conversation_id": str(job.conversation_id),
        "attempts": job.attempts,
        "outcome_unknown": job.outcome_unknown,
        "dead_because": job.dead_because,
        "created_at": job.created_at.isoformat(),
        "payload": _payload(job, show_pii=show_pii),
    }
    # Keys and lanes are a service's own: one may hold an address.
    return about | ({"key": job.key, "lane": job.lane} if show_pii else {})


def _payload(job: DeadJob, *, show_pii: bool) -> object:
    """The payload, masked where its model says what is personal, else only its size."""
    if show_pii:
        return json.loads(job.payload)
    try:
        return masked(parse_data(job.payload_type, job.payload))
    except (KeyError, ValueError):
        return f"‹{len(job.payload)} bytes›"


def _lines(job: DeadJob, about: dict[str, object]) -> list[str]:
    unknown = "; what its last try did outside is unknown" if job.outcome_unknown else ""
    lines = [
        f"{job.service} {job.kind} {job.id}, {job.created_at:%Y-%m-%d %H:%M:%S} UTC",
        f"  conversation {job.conversation_id}, {job.attempts} tries: {job.dead_because}{unknown}",
        f"  payload: {json.dumps(about['payload'], ensure_ascii=False)}",
    ]
    return [*lines, f"  key: {job.key}, lane: {job.lane}"] if "key" in about else lines


# A job that is retried has all its tries before it.
_ROWS = DeadRows(
    table="jobs",
    noun="dead job",
    id="id",
    of="kind",
    revival="dead_because = NULL, attempts = 0, due_at = clock_timestamp(), lease = NULL, "
    "leased_until = NULL",
    row=DeadJob,
)
_COMMANDS = DeadCommands(_ROWS, "tried again", UUID, _about, _lines)
add_arguments = _COMMANDS.add_arguments
run = _COMMANDS.run

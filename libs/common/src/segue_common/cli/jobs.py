"""List jobs that were given up, show them, have them tried again, or drop them."""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from segue_common.cli import dead_jobs
from segue_common.cli.dead_jobs import DeadJob, Rows
from segue_common.cli.errors import CommandError
from segue_common.events.envelope import parse_data
from segue_common.events.personal import masked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="list|show|retry|drop")
    listing = what.add_parser("list", help="how many there are of each service and kind, and why")
    listing.set_defaults(act=_list)
    show = what.add_parser("show", help="the jobs of one service")
    show.set_defaults(act=_show)
    retry = what.add_parser("retry", help="have jobs tried again, at once")
    retry.set_defaults(act=_retry)
    drop = what.add_parser("drop", help="remove jobs for good")
    drop.set_defaults(act=_drop)
    for each in (listing, show):
        each.add_argument("--json", action="store_true", help="one JSON object a line")
    for each in (show, retry, drop):
        each.add_argument("service", metavar="SERVICE", help="whose jobs (router)")
        each.add_argument(
            "--id", type=_job_id, action="append", metavar="ID", help="only this one; repeatable"
        )
    show.add_argument("--limit", type=int, default=50, metavar="N", help="the newest N (50)")
    show.add_argument("--show-pii", action="store_true", help="show personal data")
    for each in (retry, drop):
        each.add_argument("--all", action="store_true", help="every one of the service")


def _job_id(text: str) -> UUID:
    return UUID(text)


def run(args: argparse.Namespace) -> int:
    act: Callable[[argparse.Namespace, Rows], None] = args.act
    with dead_jobs.open_database() as conn:
        act(args, conn)
    return 0


def _list(args: argparse.Namespace, conn: Rows) -> None:
    counts = Counter((job.service, job.kind, job.dead_because) for job in dead_jobs.find(conn))
    for (service, kind, reason), count in sorted(counts.items()):
        if args.json:
            group = {"service": service, "kind": kind, "reason": reason, "dead": count}
            print(json.dumps(group))
        else:
            print(f"{service:14}{kind:24}{count:6} dead  {reason}")
    if not counts and not args.json:
        print("no dead jobs")


def _show(args: argparse.Namespace, conn: Rows) -> None:
    for job in _wanted(args, conn)[-args.limit :]:
        about = _about(job, show_pii=args.show_pii)
        if args.json:
            print(json.dumps(about, ensure_ascii=False))
        else:
            print("\n".join(_lines(job, about)))


def _retry(args: argparse.Namespace, conn: Rows) -> None:
    jobs = _chosen(args, conn)
    dead_jobs.retry(conn, jobs)
    for job in jobs:
        print(f"to be tried again: {job.service} {job.kind} {job.id}")


def _drop(args: argparse.Namespace, conn: Rows) -> None:
    jobs = _chosen(args, conn)
    dead_jobs.drop(conn, jobs)
    for job in jobs:
        print(f"dropped: {job.service} {job.kind} {job.id}")


def _chosen(args: argparse.Namespace, conn: Rows) -> list[DeadJob]:
    if args.all == bool(args.id):
        raise CommandError("say which: --id ID (repeatable), or --all")
    jobs = _wanted(args, conn)
    if not jobs:
        print("no dead jobs")
    return jobs


def _wanted(args: argparse.Namespace, conn: Rows) -> list[DeadJob]:
    return dead_jobs.find(conn, dead_jobs.find_service(args.service), args.id or ())


def _about(job: DeadJob, *, show_pii: bool) -> dict[str, object]:
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
    if "key" in about:
        lines.append(f"  key: {job.key}, lane: {job.lane}")
    return [*lines, ""]

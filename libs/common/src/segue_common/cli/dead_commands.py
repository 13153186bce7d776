"""The commands on rows that were set aside in services' tables: list, show, retry, drop."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from segue_common.cli.dead_rows import DeadRows, RowId, find_service, open_database
from segue_common.cli.errors import CommandError

Row = TypeVar("Row")


@dataclass(frozen=True)
class DeadCommands(Generic[Row]):
    """What differs between one table's commands and another's.

    `id_of` reads an ID as it was typed, `about` is a row as JSON-ready values, personal data
    masked unless asked, `lines` is the same for people; `again` says what becomes of a row that
    is retried.
    """

    rows: DeadRows[Row]
    again: str
    id_of: Callable[[str], RowId]
    about: Callable[[Row, bool], dict[str, object]]
    lines: Callable[[Row, dict[str, object]], list[str]]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        noun = self.rows.noun
        what = parser.add_subparsers(dest="what", required=True, metavar="list|show|retry|drop")
        listing = what.add_parser("list", help=f"how many {noun}s there are of each, and why")
        show = what.add_parser("show", help=f"the {noun}s of one service")
        retry = what.add_parser("retry", help=f"have {noun}s {self.again}")
        drop = what.add_parser("drop", help=f"remove {noun}s for good")
        for each, act in (
            (listing, self._list), (show, self._show), (retry, self._retry), (drop, self._drop),
        ):  # fmt: skip
            each.set_defaults(act=act)
        for each in (listing, show):
            each.add_argument("--json", action="store_true", help="one JSON object a line")
        for each in (show, retry, drop):
            each.add_argument("service", metavar="SERVICE", help="whose they are (router)")
            each.add_argument(
                "--id", type=self._id, action="append", metavar="ID", default=None,
                help="only this one; repeatable",
            )  # fmt: skip
        show.add_argument(
            "--limit", type=at_least_one, default=50, metavar="N", help="the newest N (50)"
        )
        show.add_argument("--show-pii", action="store_true", help="show personal data")
        for each in (retry, drop):
            each.add_argument("--all", action="store_true", help="every one of the service")

    def run(self, args: argparse.Namespace) -> int:
        act: Callable[[argparse.Namespace], None] = args.act
        act(args)
        return 0

    def _id(self, text: str) -> RowId:
        try:
            return self.id_of(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not an ID as `show` tells it") from error

    def _list(self, args: argparse.Namespace) -> None:
        with open_database() as conn:
            groups = self.rows.count(conn)
        for group in groups:
            if args.json:
                sort = {self.rows.of: group.of, "reason": group.reason, "dead": group.dead}
                print(json.dumps({"service": group.service, **sort}))
            else:
                print(f"{group.service:14}{group.of:34}{group.dead:6} dead  {group.reason}")
        if not groups and not args.json:
            print(f"no {self.rows.noun}s")

    def _show(self, args: argparse.Namespace) -> None:
        service = find_service(args.service)
        with open_database() as conn:
            found = (
                self.rows.these(conn, service, args.id)
                if args.id
                else self.rows.newest(conn, service, args.limit)
            )
        for row in found:
            about = self.about(row, args.show_pii)
            if args.json:
                print(json.dumps(about, ensure_ascii=False))
            else:
                print("\n".join([*self.lines(row, about), ""]))

    def _retry(self, args: argparse.Namespace) -> None:
        service = _chosen(args)
        with open_database() as conn:
            revived = self.rows.revive(conn, service, args.id or ())
        self._tell(f"to be {self.again}", service, revived)

    def _drop(self, args: argparse.Namespace) -> None:
        service = _chosen(args)
        with open_database() as conn:
            dropped = self.rows.drop(conn, service, args.id or ())
        self._tell("dropped", service, dropped)

    def _tell(self, done: str, service: str, changed: list[tuple[str, str]]) -> None:
        for of, row_id in changed:
            print(f"{done}: {service} {of} {row_id}")
        if not changed:
            print(f"no {self.rows.noun}s")


def at_least_one(text: str) -> int:
    """The number of a `--limit`, for argparse."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return number


def _chosen(args: argparse.Namespace) -> str:
    if args.all == bool(args.id):
        raise CommandError("say which: --id ID (repeatable), or --all")
    return find_service(args.service)

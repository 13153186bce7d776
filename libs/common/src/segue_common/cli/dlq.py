"""List dead letters, show them, and send them to their topic again."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

from segue_common.cli.dead_commands import at_least_one
from segue_common.cli.dead_letter_box import DeadLetter, read_letters, send_again, tally
from segue_common.cli.errors import CommandError
from segue_common.cli.kafka_session import kafka_errors
from segue_common.cli.record_lines import json_line, printable_value, text_line
from segue_common.cli.topic_names import find_dead_letters, short_name
from segue_common.events import MAIN_TOPICS
from segue_common.runtime.settings import KafkaSettings, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="list|show|redrive")
    listing = what.add_parser("list", help="how many there are of each topic, and why")
    listing.set_defaults(act=_list)
    show = what.add_parser("show", help="the records of one topic with their headers")
    show.set_defaults(act=_show)
    redrive = what.add_parser("redrive", help="send records to their topic again")
    redrive.set_defaults(act=_redrive)
    for each in (listing, show):
        each.add_argument("--json", action="store_true", help="one JSON object a line")
    for each in (show, redrive):
        each.add_argument("topic", metavar="TOPIC", help="in full or short (leads)")
        each.add_argument(
            "--offset", type=int, action="append", metavar="N", help="only this one; repeatable"
        )
    show.add_argument(
        "--limit", type=at_least_one, default=50, metavar="N", help="the newest N (50)"
    )
    show.add_argument("--show-pii", action="store_true", help="show personal data")
    redrive.add_argument("--all", action="store_true", help="every one that waits")
    redrive.add_argument("--again", action="store_true", help="also what was sent again before")


def run(args: argparse.Namespace) -> int:
    settings = load(KafkaSettings)
    act: Callable[[argparse.Namespace, KafkaSettings], Coroutine[None, None, int]] = args.act
    with kafka_errors(settings):
        return asyncio.run(act(args, settings))


async def _list(args: argparse.Namespace, settings: KafkaSettings) -> int:
    groups = tally(await read_letters(settings, [topic.dead_letters for topic in MAIN_TOPICS]))
    for group in groups:
        if args.json:
            print(json.dumps(group.__dict__))
            continue
        print(
            f"{short_name(group.topic):14}{group.service:14}{group.waiting:6} waiting"
            f"{group.sent_again:6} sent again  newest {group.newest[:19]}  {group.reason}"
        )
    if not groups and not args.json:
        print("no dead letters")
    return 0


async def _show(args: argparse.Namespace, settings: KafkaSettings) -> int:
    letters = await _wanted(args, settings)
    for letter in letters[-args.limit :]:
        if args.json:
            print(json_line(letter.record, show_pii=args.show_pii))
        else:
            print("\n".join(_lines(letter, show_pii=args.show_pii)))
    return 0


def _lines(letter: DeadLetter, *, show_pii: bool) -> list[str]:
    record = letter.record
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    sent = f"sent again {letter.redrives} times before" if letter.redrives else ""
    state = "; ".join(filter(None, ["sent again" if letter.is_sent_again else "waits", sent]))
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    return [
        f"{record.topic} offset {record.offset}, {at:%Y-%m-%d %H:%M:%S} UTC: {state}",
        f"  {text_line(record, show_pii=show_pii)}",
        *(f"  {name}: {value}" for name, value in headers.items()),
        f"  value: {printable_value(record, show_pii=show_pii)}",
        "",
    ]


async def _redrive(args: argparse.Namespace, settings: KafkaSettings) -> int:
    if args.all == bool(args.offset):
        raise CommandError("say which: --offset N (repeatable), or --all")
    letters = await _wanted(args, settings)
    waiting = [letter for letter in letters if args.again or not letter.is_sent_again]
    left = await send_again(settings, waiting)
    for letter in waiting:
        offset = letter.record.offset
        if offset in left:
            print(f"not sent: offset {offset}: {left[offset]}")
        else:
            print(f"sent again: offset {offset} to {letter.original_topic}")
    if skipped := len(letters) - len(waiting):
        print(f"{skipped} had been sent again before and were left out (--again sends them)")
    if not letters:
        print("no dead letters")
    return 1 if left else 0


async def _wanted(args: argparse.Namespace, settings: KafkaSettings) -> list[DeadLetter]:
    letters = await read_letters(settings, [find_dead_letters(args.topic)])
    if not args.offset:
        return letters
    chosen = [letter for letter in letters if letter.record.offset in args.offset]
    if missing := set(args.offset) - {letter.record.offset for letter in chosen}:
        raise CommandError(f"no dead letter at offset {', '.join(map(str, sorted(missing)))}")
    return chosen

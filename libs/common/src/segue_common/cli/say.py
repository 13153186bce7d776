"""Say something to the lead as the person who has taken the conversation over."""

import argparse

from segue_common.cli.errors import CommandError
from segue_common.cli.orders import add_common_arguments, give_order
from segue_common.events import PersonSaid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common_arguments(parser)
    parser.add_argument("text", metavar="TEXT")


def run(args: argparse.Namespace) -> int:
    if not args.text.strip():
        raise CommandError("there is nothing to say: TEXT is empty")
    give_order(args, PersonSaid(person=args.person, text=args.text))
    print("asked for")
    return 0

"""Take a conversation over from the agents: they fall silent until it is released."""

import argparse

from segue_common.cli.orders import add_common_arguments, give_order
from segue_common.events import TakeoverRequested


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common_arguments(parser)
    parser.add_argument("--reason", default="", help="why, for the record")


def run(args: argparse.Namespace) -> int:
    give_order(args, TakeoverRequested(person=args.person, reason=args.reason))
    print(f'asked for; write with: segue say {args.conversation} --person "{args.person}" "…"')
    return 0

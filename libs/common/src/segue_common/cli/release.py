"""Give a conversation back to the agents."""

import argparse

from segue_common.cli.orders import add_common_arguments, give_order
from segue_common.events import ReleaseRequested


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    give_order(args, ReleaseRequested(person=args.person))
    print("asked for")
    return 0

"""Talks to a running system as a lead, by chat and on the phone, from this terminal."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

from segue_local.simulator.control_client import DEFAULT_URL, ControlClient
from segue_local.simulator.terminal import LeadTerminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--channel", choices=["sms", "whatsapp", "meta"], default="whatsapp")
    parser.add_argument(
        "--from",
        dest="number",
        default="+15550100199",
        metavar="+NUMBER",
        help="the lead's own number",
    )
    parser.add_argument("--name", default="", help="the lead's WhatsApp profile name")
    parser.add_argument("--simulator", default=DEFAULT_URL, metavar="URL")


def run(args: argparse.Namespace) -> int:
    """Exit 0 at the end of the input, 1 when no simulator answers."""
    try:
        return asyncio.run(_converse(args))
    except KeyboardInterrupt:
        return 0


async def _converse(args: argparse.Namespace) -> int:
    async with ControlClient(args.simulator) as control:
        if not await control.is_up():
            print(f"no carrier simulator answers at {args.simulator}", file=sys.stderr)
            print("start one with `segue up`", file=sys.stderr)
            return 1
        terminal = LeadTerminal(
            control, args.tenant, args.channel, args.number, args.name, show=print
        )
        await terminal.run(_typed_lines())
    return 0


async def _typed_lines() -> AsyncIterator[str]:
    """Standard input, read in a thread of its own so that replies appear meanwhile."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\n")

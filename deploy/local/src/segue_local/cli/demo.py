"""Plays two leads against a running `segue up` and tells what happens."""

import argparse
import asyncio
import os

from segue_local.demo.stage import Stage, perform
from segue_local.simulator import DEFAULT_PORT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print only the figures, as JSON")
    parser.add_argument("--exit", action="store_true", help="accepted for symmetry; it always ends")
    parser.add_argument("--tenant", default="acme-dental")
    parser.add_argument(
        "--simulator",
        default=os.environ.get("SEGUE_TWILIO_API_BASE", f"http://127.0.0.1:{DEFAULT_PORT}"),
        help="the carrier simulator's address (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """0 only if every step of both plays happened."""
    outcomes = asyncio.run(perform(Stage(args.tenant, args.simulator, as_json=args.json)))
    return 1 if any(outcome.missing for outcome in outcomes) else 0

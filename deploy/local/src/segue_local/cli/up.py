"""Starts the whole system on this machine and keeps it running."""

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from segue_local.system import Options, System

DEFAULT_STATE = Path(".segue")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-simulator", action="store_true", help="talk to the real carriers")
    parser.add_argument(
        "--state", type=Path, default=DEFAULT_STATE, metavar="DIR",
        help="where data and logs are kept (default: %(default)s)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with System(Options(args.state, simulator=not args.no_simulator), tell) as system:
            tell(f"ready after {time.monotonic() - started:.1f} s")
            for line in addresses(system):
                print(line, flush=True)
            system.watch()
    except KeyboardInterrupt:
        tell("stopped")
    return 0


def addresses(system: System) -> list[str]:
    """What one needs to know to use the running system."""
    tenant_lines = [
        f"  try the web chat   {system.processes['ingest'].url}/v1/{tenant}/chat/page"
        for tenant in system.tenants
    ]
    return [
        "ready",
        *(f"  {name:<18} {process.url}" for name, process in system.processes.items()),
        *tenant_lines,
        f"  logs               {system.options.state / 'logs'}",
    ]


def tell(text: str) -> None:
    # One write, since the servers tell of their starts from several threads.
    sys.stderr.write(f"segue: {text}\n")
    sys.stderr.flush()


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

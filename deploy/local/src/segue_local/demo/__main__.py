"""`make demo`: starts the whole system, plays the demo, and leaves the system running."""

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from segue_local.cli.up import addresses, interrupt, tell
from segue_local.demo.stage import Stage, perform
from segue_local.stack import StackError
from segue_local.system import Options, System


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--exit", action="store_true", help="stop everything after the play")
    parser.add_argument("--state", default=".segue", help="where data and logs are kept")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return _run(args.state, stay=not args.exit)
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    except StackError as error:
        print(f"segue: {error}", file=sys.stderr)
        return 2


def _run(state: str, *, stay: bool) -> int:
    started = time.monotonic()
    with System(Options(Path(state)), tell) as system:
        tell(f"ready after {time.monotonic() - started:.1f} s")
        os.environ.update(system.environment)
        simulator = system.processes["simulator"].url
        tenant = next(iter(system.tenants))
        outcomes = asyncio.run(perform(Stage(tenant, simulator)))
        print()
        if stay:
            for line in addresses(system):
                print(line, flush=True)
            system.watch()
    return 1 if any(outcome.missing for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

"""`make soak SEED=n MINUTES=10`: the long form of the fault run and of the burst."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from segue_local.soak.cluster import Cluster
from segue_local.soak.plan import draw
from segue_local.soak.run import run
from segue_local.soak.settling import NotSettled
from segue_local.stack import StackError

PEOPLE_PER_MINUTE = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--people", type=int, help=f"default: {PEOPLE_PER_MINUTE} a minute")
    parser.add_argument("--state", type=Path, help="where data and logs are kept (default: new)")
    args = parser.parse_args()
    state = args.state or Path(tempfile.mkdtemp(prefix="segue-soak-"))
    print(f"seed {args.seed}, state and logs in {state}", flush=True)
    try:
        return asyncio.run(_soak(args, state))
    except NotSettled as unrest:
        print(f"seed {args.seed}: {unrest}", file=sys.stderr)
        return 1
    except StackError as error:
        print(f"segue: {error}", file=sys.stderr)
        return 2


async def _soak(args: argparse.Namespace, state: Path) -> int:
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - started:7.1f}  {what}", flush=True)

    people = args.people or round(args.minutes * PEOPLE_PER_MINUTE)
    plan = draw(args.seed, args.minutes * 60, people=people)
    async with Cluster(state, say=say) as cluster:
        say("ready")
        result = await run(cluster, plan, say)
    for line in result.report():
        print(line)
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [FIGURE ...] [--short]`: measures and writes bench/results.json."""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path

import uvloop

from bench.bench import Bench, Results
from bench.lab import Lab, running
from bench.machine import machine
from bench.tap import tapping

# In this order: memory before anything has run, growth last because the tables stay large.
FIGURES = (
    "memory", "idle_latency", "webhook_ack", "pipeline", "speed_to_lead", "voice_turn", "isolation",
    "sockets", "growth",
)  # fmt: skip
FILE = Path(__file__).with_name("results.json")


def say(text: str) -> None:
    load = os.getloadavg()[0]
    print(f"[load {load:.1f}] {text}", file=sys.stderr, flush=True)


async def _measure(lab: Lab, figures: list[str], short: bool, failed: list[str]) -> Results:
    """What could be measured; a figure that could not is named in `failed`."""
    results: Results = {}
    async with tapping(lab.ports["tap"]) as tap:
        bench = Bench(lab, tap, short, say)
        for name in figures:
            say(f"measuring {name}")
            try:
                results |= await import_module(f"bench.figures.{name}").measure(bench)
            except Exception:
                traceback.print_exc()
                failed.append(name)
            for key, value in results.items():
                if key.startswith(name):
                    say(f"{key} = {value:.4g}" if value is not None else f"{key} = not measured")
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(FIGURES))
    parser.add_argument("--short", action="store_true", help="a first impression, in minutes")
    parser.add_argument("--state", type=Path, help="where data and logs are kept (default: none)")
    parser.add_argument("--keep", type=Path, default=FILE, help="where results go")
    args = parser.parse_args()
    if unknown := set(args.figures) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    failed: list[str] = []
    state = args.state or Path(tempfile.mkdtemp(prefix="segue-bench-"))
    try:
        with running(state, {}) as lab:
            about = machine(lab)
            lab.start_baseline()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures = args.figures or list(FIGURES)
                results = runner.run(_measure(lab, figures, args.short, failed))
    finally:
        if args.state is None:
            shutil.rmtree(state, ignore_errors=True)
    kept = json.loads(args.keep.read_text()) if args.keep.exists() and args.figures else {}
    rounded = {key: value and float(f"{value:.4g}") for key, value in results.items()}
    about["command"] = "make bench" + (f' ARGS="{" ".join(sys.argv[1:])}"' if sys.argv[1:] else "")
    args.keep.write_text(json.dumps({**kept, **rounded, "machine": about}, indent=2) + "\n")
    if failed:
        say(f"not measured: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())

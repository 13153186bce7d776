"""`python -m bench [FIGURE ...] [--short]`: measures and writes bench/results.json."""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
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
# A figure that takes longer hangs.
FIGURE_SECONDS = 900.0
FILE = Path(__file__).with_name("results.json")


def say(text: str) -> None:
    load = os.getloadavg()[0]
    print(f"[load {load:.1f}] {text}", file=sys.stderr, flush=True)


@dataclass
class Run:
    """What came of a run: a figure that could not be measured is named in `failed`."""

    results: Results = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    busy: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


async def _measure(lab: Lab, figures: list[str], short: bool, run: Run) -> None:
    async with tapping(lab.ports["tap"]) as tap:
        bench = Bench(lab, tap, short, say, run.busy)
        for name in figures:
            say(f"measuring {name}")
            started = time.monotonic()
            try:
                async with asyncio.timeout(FIGURE_SECONDS) as deadline:
                    found = await import_module(f"bench.figures.{name}").measure(bench)
            except Exception as error:
                traceback.print_exception(error)
                why = f"not done in {FIGURE_SECONDS:g} s" if deadline.expired() else error
                say(f"{name} could not be measured: {why}")
                run.failed.append(name)
                await _calm_down(bench)
            else:
                run.results |= found
                for key, value in found.items():
                    say(f"{key} = {value:.4g}" if value is not None else f"{key} = not measured")
            run.seconds[name] = time.monotonic() - started


async def _calm_down(bench: Bench) -> None:
    """What a figure that failed has left behind is no part of the next."""
    try:
        await bench.settle()
    except Exception as error:
        say(f"what comes next is not alone: {error}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(FIGURES))
    parser.add_argument("--short", action="store_true", help="a first impression, in minutes")
    parser.add_argument("--state", type=Path, help="where data and logs are kept (default: none)")
    parser.add_argument("--keep", type=Path, default=FILE, help="where results go")
    args = parser.parse_args()
    if unknown := set(args.figures) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    run, figures = Run(), args.figures or list(FIGURES)
    state = args.state or Path(tempfile.mkdtemp(prefix="segue-bench-"))
    try:
        with running(state, {}) as lab:
            about = machine(lab)
            lab.start_baseline()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_measure(lab, figures, args.short, run))
    finally:
        if args.state is None:
            shutil.rmtree(state, ignore_errors=True)
    about["command"] = " ".join(["make bench", *_arguments(sys.argv[1:])])
    about["seconds"] = {name: round(seconds) for name, seconds in run.seconds.items()}
    about["load_generator_cores"] = {name: round(share, 2) for name, share in run.busy.items()}
    _keep(args.keep, run.results, about, anew=not args.figures)
    if run.failed:
        say(f"not measured: {', '.join(run.failed)}")
    return bool(run.failed)


def _arguments(given: list[str]) -> list[str]:
    return [f'ARGS="{" ".join(given)}"'] if given else []


def _keep(file: Path, results: Results, about: dict[str, object], *, anew: bool) -> None:
    """Write the results; those of single figures take their places among the others."""
    kept = {} if anew or not file.exists() else json.loads(file.read_text())
    rounded = {key: value and float(f"{value:.4g}") for key, value in results.items()}
    file.write_text(json.dumps({**kept, **rounded, "machine": about}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""How well the built-in understanding does, over a folder of labelled messages.

Run `python -m segue_dialogue.cli.evaluation FOLDER` (`make eval` does). The folder holds
`intents_*.jsonl`, `languages/*.jsonl`, `opt_outs.jsonl`, `times_test.jsonl` and
`facts_test.jsonl`; the classes of the scoring modules say what their lines look like.
"""

import json
import sys
from pathlib import Path

from pydantic import JsonValue

from segue_dialogue.cli.evaluate import load, score
from segue_dialogue.cli.fact_scoring import LabelledFacts, report_facts, score_facts
from segue_dialogue.cli.opt_out_scoring import (
    LabelledOptOut,
    ScoredOptOut,
    report_opt_outs,
    score_opt_outs,
    stop_words,
)
from segue_dialogue.cli.scoring import Scored, report
from segue_dialogue.cli.time_scoring import load_times, score_times

# The others were looked at, or used to choose weights by, before they were measured.
UNSEEN = ("intents_test3", "intents_test4", "intents_test5")


def routing(folder: Path) -> dict[str, list[Scored]]:
    """The scored messages of each unseen English set."""
    return {name: score(load(folder / f"{name}.jsonl")) for name in UNSEEN}


def in_languages(folder: Path) -> list[Scored]:
    """The scored messages of all other languages."""
    files = sorted((folder / "languages").glob("*.jsonl"))
    return [case for file in files for case in score(load(file))]


def opt_outs(folder: Path) -> dict[str, list[ScoredOptOut]]:
    """Stop words of carriers, free text with near misses, and the sets of the languages."""
    files = sorted((folder / "languages").glob("*.jsonl"))
    return {
        "stop words": score_opt_outs(stop_words()),
        "English": score_opt_outs(load_opt_outs(folder / "opt_outs.jsonl")),
        "languages": score_opt_outs(line for file in files for line in load_opt_outs(file)),
    }


def load_opt_outs(path: Path) -> list[LabelledOptOut]:
    return [LabelledOptOut.model_validate_json(line) for line in _lines(path)]


def load_facts(path: Path) -> list[LabelledFacts]:
    return [LabelledFacts.model_validate_json(line) for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def main(folder: Path) -> None:
    for name, scored in routing(folder).items():
        _print(f"Routing, English, {name}", report(scored), ("intents", "confusion"))
    _print("Routing, other languages", report(in_languages(folder)), ("intents", "languages"))
    print("Opt-outs")
    for name, found in opt_outs(folder).items():
        print(f"  {name:<12} {json.dumps(report_opt_outs(found))}")
        wrong = [case for case in found if case.wanted != case.found]
        for case in wrong:
            print(f"    {'missed' if case.wanted else 'false alarm'}: {case.text!r}")
    print("\nTimes, start, end and grain exact")
    for language, exact in score_times(load_times(folder / "times_test.jsonl")).items():
        print(f"  {language:<10} {json.dumps(exact.figures())}")
    print("\nFacts, values exact")
    facts = report_facts(score_facts(load_facts(folder / "facts_test.jsonl")))
    _print_tables(facts, ("slots", "languages"))
    print(f"  all        {json.dumps(facts['all'])}\n")


def _print(title: str, figures: dict[str, JsonValue], tables: tuple[str, ...]) -> None:
    print(
        f"{title}: {figures['count']} messages, accuracy {figures['accuracy']}, "
        f"calibration error {figures['calibration_error']}"
    )
    _print_tables(figures, tables)
    print()


def _print_tables(figures: dict[str, JsonValue], tables: tuple[str, ...]) -> None:
    for table in tables:
        rows = figures[table]
        assert isinstance(rows, dict)
        print(*(f"  {key:<10} {json.dumps(row)}" for key, row in rows.items()), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

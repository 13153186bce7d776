"""`segue eval`: scores the understanding on labelled lines."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, JsonValue, ValidationError

from segue_dialogue.cli.scoring import Scored, report
from segue_dialogue.understanding import Context, Understanding, understand

# Intents don't hang on the date, and a fixed one makes every run the same.
_NOW = datetime(2026, 1, 14, 10, tzinfo=UTC)


class Labelled(BaseModel):
    """One line of the file; `lang` is what the message is really in."""

    text: str
    label: str
    lang: str = "en"
    context: Context = Context()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Scores the understanding on a file of JSON lines with `text`, `label`, `lang` and "
        "optional `context`."
    )
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")


def run(args: argparse.Namespace) -> int:
    try:
        scored = score(load(args.file))
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return 1
    except BadLine as error:
        print(error, file=sys.stderr)
        return 1
    figures = report(scored)
    print(json.dumps(figures) if args.json else as_words(figures, scored))
    return 0


class BadLine(ValueError):
    """A line of the file that isn't a labelled message."""


def load(path: Path) -> list[Labelled]:
    """The labelled messages of a file; raises BadLine naming the line that isn't one."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(Labelled.model_validate_json(line))
            except ValidationError as error:
                raise BadLine(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return found


def score(labelled: list[Labelled]) -> list[Scored]:
    """What the understanding makes of each message, beside its label."""
    return [
        _scored(case, understand(case.text, context=case.context, now=_NOW)) for case in labelled
    ]


def _scored(case: Labelled, meant: Understanding) -> Scored:
    return Scored(case.text, case.label, meant.intent, case.lang, meant.confidence)


def as_words(figures: dict[str, JsonValue], scored: list[Scored]) -> str:
    """The figures as a table, and the messages that were misread."""
    lines = [
        f"{figures['count']} messages, accuracy {figures['accuracy']}, "
        f"calibration error {figures['calibration_error']}"
    ]
    for name in ("intents", "confusion", "languages"):
        lines.append(f"{name}:")
        table = figures[name]
        assert isinstance(table, dict)
        lines += [f"  {key:<10} {json.dumps(row)}" for key, row in table.items()]
    wrong = [case for case in scored if case.guess != case.label]
    lines += [f"misread: {case.label} as {case.guess}: {case.text!r}" for case in wrong]
    return "\n".join(lines)

"""`segue understand`: messages from standard input, and what the understanding makes of each."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import BaseModel, ValidationError

from segue_dialogue.understanding import Context, Understanding, understand


class Line(BaseModel):
    """A JSON line of input; anything else is a plain message."""

    text: str
    context: Context = Context()
    language: str | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Reads messages from standard input, one a line: plain text, or JSON with `text` and "
        "optional `context` and `language`. Prints what each one means."
    )
    parser.add_argument("--tenant", help="the tenant whose business the messages are for")
    parser.add_argument(
        "--now", type=_moment, help="the time to read from, ISO 8601 (default: now, UTC)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    now: datetime = args.now or datetime.now(UTC)
    for line in _lines(sys.stdin):
        understood = understand(line.text, context=_context(line), now=now)
        print(as_json(understood) if args.json else as_words(understood), flush=True)
    return 0


def as_json(understood: Understanding) -> str:
    """One object a line, with the names that other programs read."""
    return json.dumps(understood.model_dump(mode="json"), ensure_ascii=False)


def as_words(understood: Understanding) -> str:
    """A short block for people to read."""
    flags = ("wants_human", "wants_call", "opt_out", "opt_in", "greeting", "thanks")
    shown = [name.replace("_", " ") for name in flags if getattr(understood, name)]
    shown += [f"says {understood.affirmation}"] if understood.affirmation else []
    head = f"{understood.intent} {understood.confidence:.0%} [{understood.language}]"
    lines = [f"{head} {understood.text.strip()!r}" + (f"  ({', '.join(shown)})" if shown else "")]
    lines += [f"  {fact.slot}: {json.dumps(fact.value, ensure_ascii=False)}  <- {fact.quote!r}"
              for fact in understood.facts]  # fmt: skip
    lines += [f"  {time.start:%a %Y-%m-%d %H:%M} to {time.end:%a %Y-%m-%d %H:%M} ({time.grain})"
              f"  <- {time.quote!r}" for time in understood.times]  # fmt: skip
    return "\n".join(lines)


def _lines(source: Iterator[str]) -> Iterator[Line]:
    for raw in source:
        raw = raw.rstrip("\r\n")
        if not raw.strip():
            continue
        try:
            yield Line.model_validate_json(raw)
        except ValidationError:
            yield Line(text=raw)


def _context(line: Line) -> Context:
    if line.language is None:
        return line.context
    return line.context.model_copy(update={"language": line.language})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not an ISO 8601 time: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

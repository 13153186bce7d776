"""The entry point `segue`: lists the commands, and loads and runs the one that is asked for."""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

from segue_common.cli.errors import is_for_people
from segue_common.cli.listing import one_line_help
from segue_common.cli.local_environment import use_local_environment

GROUP = "segue.commands"
WRONG = 2
INTERRUPTED = 130
# What a shell reports of a program whose reader has gone (128 + SIGPIPE).
READER_GONE = 141


class Command(Protocol):
    """A command's module; the first line of its docstring is its help."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 something is amiss, 2 it can't be done,
    130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    commands = {entry.name: entry for entry in entry_points(group=GROUP)}
    if not given or given[0] in ("-h", "--help", "help"):
        print(_overview(commands))
        return 0 if given else WRONG
    if given[0] not in commands:
        print(_unknown(given[0], commands), file=sys.stderr)
        return WRONG
    use_local_environment(given[0])
    return _run(commands[given[0]], given[1:])


def _run(entry: EntryPoint, arguments: Sequence[str]) -> int:
    try:
        # Modules are what the group holds; importlib.metadata can't know.
        command = cast(Command, import_module(entry.module))
        parser = argparse.ArgumentParser(prog=f"segue {entry.name}", description=command.__doc__)
        command.add_arguments(parser)
        code = command.run(parser.parse_args(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception as error:
        if not is_for_people(error):
            raise
        print(f"segue {entry.name}: {error}", file=sys.stderr)
        return WRONG
    return code


def _overview(commands: dict[str, EntryPoint]) -> str:
    width = max(map(len, commands), default=0)
    lines = [
        f"  {name:{width}}  {one_line_help(entry.module)}"
        for name, entry in sorted(commands.items())
    ]
    return "\n".join(
        [
            "usage: segue COMMAND …",
            "",
            "Carries a lead from a chat to a phone call without losing a word.",
            "",
            *lines,
            "",
            "`segue COMMAND --help` tells more of one.",
        ]
    )


def _unknown(name: str, commands: dict[str, EntryPoint]) -> str:
    near = difflib.get_close_matches(name, commands, n=1)
    hint = f"did you mean {near[0]}?" if near else "`segue --help` lists what there is."
    return f"segue: there is no command {name!r}; {hint}"


if __name__ == "__main__":
    sys.exit(main())

"""The instructions that a model gets, as versioned files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

PROMPTS = Path(__file__).parent / "prompts"


class UnknownPrompt(LookupError):
    """There is no such agent or version."""


@dataclass(frozen=True)
class Instructions:
    """A prompt that has been filled in, and the name of its file for the record: `sales.v2`."""

    name: str
    text: str


def prompt(agent: str, *, version: int, **values: object) -> Instructions:
    """The text of `<agent>.v<version>.md` with its `$names` filled in.

    Version 2 wants `business` and `language` (a name: "Spanish") of every agent, and
    * sales: `question` (asked last, or "nothing"), `follows` (what our own words will say),
      `currency`, `extra_slots` (what the business adds: ", pets", or "");
    * voice: `question` and `follows`;
    * support: `passages` (JSON, numbered).

    Raises UnknownPrompt, or KeyError for a name without a value. A version that has been used
    is never edited: a change is the next version.
    """
    return Instructions(f"{agent}.v{version}", _template(agent, version).substitute(values))


@cache
def _template(agent: str, version: int) -> Template:
    path = PROMPTS / f"{agent}.v{version}.md"
    if not agent.isidentifier() or not path.is_file():
        raise UnknownPrompt(f"no prompt {agent!r} of version {version}")
    return Template(path.read_text("utf-8"))

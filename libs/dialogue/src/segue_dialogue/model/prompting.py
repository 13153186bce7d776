"""The instructions that a model gets, as versioned files."""

from functools import cache
from pathlib import Path
from string import Template

PROMPTS = Path(__file__).parent / "prompts"


class UnknownPrompt(LookupError):
    """There is no such agent or version."""


def prompt(agent: str, *, version: int, **values: object) -> str:
    """The text of `<agent>.v<version>.md` with its `$names` filled in.

    Version 1 wants `business` and `language` (a name: "Spanish") of every agent, and
    * sales: `question` (asked last, or "nothing"), `goal`, `currency`, `extra_slots` (what the
      business adds: ", pets", or "");
    * voice: the same, and `slots` (texts of `format_slot`, or "none");
    * booking: `question`, `goal`, `services`, `slots`;
    * support: `passages` (JSON, numbered).

    Raises UnknownPrompt, or KeyError for a name without a value. A version that has been used
    is never edited: a change is the next version.
    """
    return _template(agent, version).substitute(values)


@cache
def _template(agent: str, version: int) -> Template:
    path = PROMPTS / f"{agent}.v{version}.md"
    if not agent.isidentifier() or not path.is_file():
        raise UnknownPrompt(f"no prompt {agent!r} of version {version}")
    return Template(path.read_text("utf-8"))

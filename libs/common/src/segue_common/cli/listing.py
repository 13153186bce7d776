"""A command's help line, read from its source: importing every command would take seconds."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

_OWN_NAME = re.compile(r"^`segue [^`]*`:\s*")


def one_line_help(module: str) -> str:
    """The first line of the module's docstring, without the command's own name before it."""
    source = _source_of(module)
    if source is None:
        return "(not installed)"
    docstring = ast.get_docstring(ast.parse(source.read_bytes())) or ""
    line = " ".join(docstring.split("\n\n")[0].split())
    line = _OWN_NAME.sub("", line).rstrip(".")
    return line[:1].upper() + line[1:]


def _source_of(module: str) -> Path | None:
    """The module's file; only the top package is looked up, and nothing is imported."""
    top, *rest = module.split(".")
    spec = find_spec(top)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder).joinpath(*rest)
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
    return None

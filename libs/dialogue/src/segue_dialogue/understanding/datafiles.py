"""Files of words, and the data folder: what each language is made of, as YAML files read once."""

from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

# The same loader in C, where the wheel has it: dozens of files are read at start.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DATA = files("segue_dialogue.understanding") / "data"


def data(*path: str) -> Traversable:
    """A file of the data folder."""
    return _DATA.joinpath(*path)


def load_yaml(*path: str) -> object:
    """The content of a YAML data file, or None where a language has no such file."""
    file = data(*path)
    if not file.is_file():
        return None
    return read_words(file)


def read_words(file: Traversable) -> object:
    """The content of a YAML file of words: only strings, lists and mappings."""
    # BaseLoader leaves "yes" and "no" words.
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506

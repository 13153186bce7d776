"""The labelled examples that the intent model is trained on."""

from hashlib import sha256

from pydantic import TypeAdapter

from segue_dialogue.understanding.lexicon import load_yaml
from segue_dialogue.understanding.models import INTENTS, Intent

_FILE = TypeAdapter(dict[str, list[str]])


def examples(language: str = "en") -> list[tuple[str, Intent]]:
    """All (text, intent) examples of a language, verticals together, in file order."""
    return [
        (text, intent)
        for intent in INTENTS
        for texts in _FILE.validate_python(
            load_yaml(language, "intents", f"{intent}.yaml") or {}
        ).values()
        for text in texts
    ]


def fingerprint(labelled: list[tuple[str, Intent]]) -> str:
    """Changes when any example does."""
    joined = "\n".join(f"{intent}\t{text}" for text, intent in labelled)
    return sha256(joined.encode()).hexdigest()[:16]

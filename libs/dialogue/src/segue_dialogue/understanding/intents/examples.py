"""The labelled examples that the intent model is trained on, and sentences made from frames."""

import random
import re
from hashlib import sha256

from pydantic import BaseModel, TypeAdapter

from segue_dialogue.understanding.lexicon import load_yaml
from segue_dialogue.understanding.models import INTENTS, Intent

FILLINGS = 6  # sentences made from each frame
_FILE = TypeAdapter(dict[str, list[str]])
_GAP = re.compile(r"\{([a-z]+)\}")
Labelled = list[tuple[str, Intent]]


class Frames(BaseModel):
    """Sentence frames by intent, and the words that fill their gaps."""

    fillers: dict[str, list[str]]
    frames: dict[Intent, list[str]]


def examples(language: str = "en") -> Labelled:
    """All (text, intent) examples of a language, verticals together, in file order."""
    return [
        (text, intent)
        for intent in INTENTS
        for texts in _FILE.validate_python(
            load_yaml(language, "intents", f"{intent}.yaml") or {}
        ).values()
        for text in texts
    ]


def framed(language: str = "en") -> Labelled:
    """Every frame filled a few times, the same way at every run."""
    source = Frames.model_validate(load_yaml(language, "intents", "frames.yaml"))
    chance = random.Random(11)

    def fill(frame: str) -> str:
        return _GAP.sub(lambda gap: chance.choice(source.fillers[gap[1]]), frame)

    return [
        (fill(frame), intent)
        for intent, frames in source.frames.items()
        for frame in frames
        for _ in range(FILLINGS)
    ]


def fingerprint(labelled: Labelled) -> str:
    """Changes when any example does."""
    joined = "\n".join(f"{intent}\t{text}" for text, intent in labelled)
    return sha256(joined.encode()).hexdigest()[:16]

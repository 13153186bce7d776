"""The labelled examples that the intent model is trained on, and sentences made from frames."""

import random
import re
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from segue_dialogue.understanding.lexicon import load_yaml
from segue_dialogue.understanding.models import INTENTS, Intent

# What the model tells apart: the intents, and `offer`, a question about what there is to buy and
# what it costs. Whoever asks that is a prospect, so it counts as `sales`; but documents answer it.
Kind = Intent | Literal["offer"]
KINDS: tuple[Kind, ...] = (*INTENTS, "offer")
FILLINGS = 6  # sentences made from each frame
_FILE = TypeAdapter(dict[str, list[str]])
_GAP = re.compile(r"\{([a-z]+)\}")
Labelled = list[tuple[str, Kind]]


class Frames(BaseModel):
    """Sentence frames by kind, and the words that fill their gaps."""

    fillers: dict[str, list[str]]
    frames: dict[Kind, list[str]]


def examples(language: str = "en") -> Labelled:
    """All (text, kind) examples of a language, verticals together, in file order."""
    return [(text, kind) for kind, _, text in _written(language)]


def groups(language: str = "en") -> list[str]:
    """The heading of each example: a vertical or a way of writing, shared by all kinds."""
    return [heading for _, heading, _ in _written(language)]


def _written(language: str) -> list[tuple[Kind, str, str]]:
    return [
        (kind, heading, text)
        for kind in KINDS
        for heading, texts in _FILE.validate_python(
            load_yaml(language, "intents", f"{kind}.yaml") or {}
        ).items()
        for text in texts
    ]


def framed(language: str = "en") -> Labelled:
    """Every frame filled a few times, the same way at every run."""
    source = Frames.model_validate(load_yaml(language, "intents", "frames.yaml"))
    chance = random.Random(11)

    def fill(frame: str) -> str:
        return _GAP.sub(lambda gap: chance.choice(source.fillers[gap[1]]), frame)

    return [
        (fill(frame), kind)
        for kind, frames in source.frames.items()
        for frame in frames
        for _ in range(FILLINGS)
    ]


def fingerprint(labelled: Labelled) -> str:
    """Changes when any example does."""
    joined = "\n".join(f"{kind}\t{text}" for text, kind in labelled)
    return sha256(joined.encode()).hexdigest()[:16]

"""The trained intent model: message in, probability of each kind of message out."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np

from segue_dialogue.understanding.intents.examples import KINDS
from segue_dialogue.understanding.intents.features import features
from segue_dialogue.understanding.intents.rows import Floats, Rows
from segue_dialogue.understanding.lexicon import data
from segue_dialogue.understanding.models import INTENTS, Intent

WEIGHTS = ("en", "intents", "model.npz")


@dataclass(frozen=True)
class IntentModel:
    """A multinomial logistic regression; `temperature` makes its probabilities honest."""

    weights: Floats  # (buckets and traits, len(KINDS))
    bias: Floats  # (len(KINDS),)
    temperature: float
    trained_on: str  # fingerprint of the examples, so that stale weights are noticed

    def probabilities(self, rows: Rows) -> Floats:
        """Calibrated probabilities, shape (rows, len(KINDS)), in the order of `KINDS`."""
        scores = (rows.times(self.weights) + self.bias) / self.temperature
        scores -= scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
        return result


@cache
def load() -> IntentModel:
    """The committed model, read once."""
    with np.load(BytesIO(data(*WEIGHTS).read_bytes()), allow_pickle=False) as stored:
        return IntentModel(
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            temperature=float(stored["temperature"]),
            trained_on=str(stored["trained_on"]),
        )


@dataclass(frozen=True)
class Likely:
    """How likely each intent is, and that something is asked which documents may say."""

    intents: dict[Intent, float]
    asks_facts: float


def classify(text: str) -> Likely:
    """What a message means, from its words alone."""
    row = load().probabilities(features([text]))[0]
    kinds = {kind: float(value) for kind, value in zip(KINDS, row, strict=True)}
    intents = {intent: kinds[intent] for intent in INTENTS}
    intents["sales"] += kinds["offer"]
    return Likely(intents, kinds["support"] + kinds["offer"])

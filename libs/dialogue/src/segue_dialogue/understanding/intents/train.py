"""Trains the intent model from the example files and writes its weights beside them.

Run `python -m segue_dialogue.understanding.intents.train` after changing an example (a minute).
"""

from pathlib import Path

import numpy as np

from segue_dialogue.understanding.intents.examples import (
    KINDS,
    Labelled,
    examples,
    fingerprint,
    framed,
    groups,
)
from segue_dialogue.understanding.intents.features import features
from segue_dialogue.understanding.intents.model import WEIGHTS
from segue_dialogue.understanding.intents.regression import Cases, fit, softmax
from segue_dialogue.understanding.intents.rows import Floats, Labels
from segue_dialogue.understanding.lexicon import data

FOLDS = 6
PENALTY = 4e-5
FRAMED_WEIGHT = 0.4  # a sentence made from a frame says less than one that was written


def held_out(written: Cases, made: Cases, headings: list[str]) -> Floats:
    """Scores of each written example from a model that saw none under the same heading: a set
    that others wrote differs at least as much."""
    scores = np.zeros((len(written.rows), len(KINDS)), dtype=np.float32)
    names = sorted(set(headings))
    part_of = dict(
        zip(names, np.random.default_rng(7).permutation(len(names)) % FOLDS, strict=True)
    )
    fold = np.array([part_of[heading] for heading in headings])
    for part in range(FOLDS):
        seen = written.where(fold != part).and_also(made)
        weights, bias = fit(seen, len(KINDS), PENALTY)
        scores[fold == part] = written.rows.where(fold == part).times(weights) + bias
    return scores


def best_temperature(scores: Floats, labels: Labels) -> float:
    """The temperature under which held-out probabilities fit best (log loss, grid)."""

    def loss(temperature: float) -> float:
        guessed = softmax(scores / np.float32(temperature))[np.arange(len(labels)), labels]
        return -float(np.log(guessed + 1e-9).mean())

    return min((float(t) for t in np.arange(0.2, 3.0, 0.05)), key=loss)


def load_cases(labelled: Labelled, weight: float) -> Cases:
    """Examples as feature rows."""
    labels = np.array([KINDS.index(kind) for _, kind in labelled])
    rows = features([text for text, _ in labelled])
    return Cases(rows, labels, np.full(len(labels), weight, dtype=np.float32))


def main() -> None:
    written, made = load_cases(examples(), 1.0), load_cases(framed(), FRAMED_WEIGHT)
    scores = held_out(written, made, groups())
    temperature = best_temperature(scores, written.labels)
    weights, bias = fit(written.and_also(made), len(KINDS), PENALTY)
    np.savez_compressed(
        Path(str(data(*WEIGHTS))),
        weights=weights.astype(np.float16),
        bias=bias,
        temperature=np.float32(temperature),
        trained_on=np.array(fingerprint(examples() + framed())),
    )
    print(
        f"{len(written.labels)} written and {len(made.labels)} made examples; accuracy on headings "
        f"that were held out {_as_intents(scores, written.labels):.3f}; "
        f"temperature {temperature:.2f}"
    )


def _as_intents(scores: Floats, labels: Labels) -> float:
    """Accuracy where `offer` counts as `sales`."""
    intent = np.array([KINDS.index("sales" if kind == "offer" else kind) for kind in KINDS])
    return float((intent[scores.argmax(axis=1)] == intent[labels]).mean())


if __name__ == "__main__":
    main()

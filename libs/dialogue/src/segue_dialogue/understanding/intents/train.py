"""Trains the intent model from the example files and writes its weights beside them.

Run `python -m segue_dialogue.understanding.intents.train` after changing an example.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segue_dialogue.understanding.intents.examples import examples, fingerprint
from segue_dialogue.understanding.intents.features import vectors
from segue_dialogue.understanding.intents.model import WEIGHTS, IntentModel
from segue_dialogue.understanding.lexicon import data
from segue_dialogue.understanding.models import INTENTS

FOLDS = 5
STEPS = 250
PENALTY = 2e-4
RATE = 0.05
Rows = NDArray[np.float32]
Labels = NDArray[np.int64]


def fit(rows: Rows, labels: Labels) -> tuple[Rows, Rows]:
    """Weights and bias by Adam on the whole batch: deterministic, and quick at this size."""
    wanted = np.eye(len(INTENTS), dtype=np.float32)[labels]
    # Each intent counts the same, however many examples it has.
    share = (1 / (len(INTENTS) * np.bincount(labels, minlength=len(INTENTS))))[labels]
    augmented = np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)])
    theta = np.zeros((augmented.shape[1], len(INTENTS)), dtype=np.float32)
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, STEPS + 1):
        scores = augmented @ theta
        scores -= scores.max(axis=1, keepdims=True)
        guess = np.exp(scores)
        guess /= guess.sum(axis=1, keepdims=True)
        gradient = augmented.T @ ((guess - wanted) * share[:, None]) + PENALTY * theta
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        theta -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return theta[:-1].astype(np.float32), theta[-1].astype(np.float32)


def held_out(rows: Rows, labels: Labels) -> Rows:
    """Scores of each example from a model that never saw it (five folds)."""
    scores = np.zeros((len(rows), len(INTENTS)), dtype=np.float32)
    fold = np.random.default_rng(7).permutation(len(rows)) % FOLDS
    for part in range(FOLDS):
        weights, bias = fit(rows[fold != part], labels[fold != part])
        scores[fold == part] = rows[fold == part] @ weights + bias
    return scores


def best_temperature(scores: Rows, labels: Labels) -> float:
    """The temperature under which held-out probabilities fit best (log loss, grid)."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(logs[np.arange(len(labels)), labels].mean())

    return min((float(t) for t in np.arange(0.3, 3.0, 0.05)), key=loss)


def main() -> None:
    labelled = examples()
    rows = vectors([text for text, _ in labelled])
    labels = np.array([INTENTS.index(intent) for _, intent in labelled])
    scores = held_out(rows, labels)
    temperature = best_temperature(scores, labels)
    weights, bias = fit(rows, labels)
    trained_on = fingerprint(labelled)
    model = IntentModel(weights, bias, temperature, trained_on)
    target = Path(str(data(*WEIGHTS)))
    np.savez_compressed(
        target,
        weights=model.weights.astype(np.float16),
        bias=bias,
        temperature=np.float32(temperature),
        trained_on=np.array(trained_on),
    )
    accuracy = float((scores.argmax(axis=1) == labels).mean())
    print(f"{len(labelled)} examples, held-out accuracy {accuracy:.3f}, T={temperature:.2f}")


if __name__ == "__main__":
    main()

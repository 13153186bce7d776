"""Trains the intent model from the example files and writes its weights beside them.

Run `python -m segue_dialogue.understanding.intents.train` after changing an example (20 s).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segue_dialogue.understanding.intents.examples import examples, fingerprint, framed
from segue_dialogue.understanding.intents.features import vectors
from segue_dialogue.understanding.intents.model import WEIGHTS
from segue_dialogue.understanding.lexicon import data
from segue_dialogue.understanding.models import INTENTS

FOLDS = 5
STEPS = 600
PENALTY = 3e-4
FRAMED_WEIGHT = 0.6  # a sentence made from a frame says less than one that was written
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Cases:
    """Feature rows, what they are labelled as, and how much each counts."""

    rows: Floats
    labels: Labels
    weights: Floats

    def where(self, chosen: NDArray[np.bool_]) -> "Cases":
        return Cases(self.rows[chosen], self.labels[chosen], self.weights[chosen])


def fit(cases: Cases) -> tuple[Floats, Floats]:
    """Weights and bias of a penalised logistic regression.

    Solved over the examples (weights are sums of rows), which are far fewer than the features, by
    accelerated gradient steps: the same result at every run.
    """
    rows, wanted = cases.rows, np.eye(len(INTENTS), dtype=np.float32)[cases.labels]
    # Each intent counts the same, however many examples it has.
    totals = np.bincount(cases.labels, weights=cases.weights, minlength=len(INTENTS))
    share = (cases.weights / (totals[cases.labels] * len(INTENTS))).astype(np.float32)[:, None]
    kernel = rows @ rows.T
    step = np.float32(
        1 / (float(np.abs(kernel).sum(axis=1).max()) * float(share.max()) / 2 + PENALTY)
    )
    alpha, bias = np.zeros_like(wanted), np.zeros(len(INTENTS), dtype=np.float32)
    ahead, ahead_bias = alpha, bias
    for number in range(STEPS):
        guessed = softmax((kernel @ ahead + ahead_bias).astype(np.float32))
        gradient = (guessed - wanted) * share
        moved = ahead - step * (gradient + np.float32(PENALTY) * ahead)
        moved_bias = ahead_bias - step * gradient.sum(axis=0)
        momentum = number / (number + 3)
        ahead = (moved + momentum * (moved - alpha)).astype(np.float32)
        ahead_bias = (moved_bias + momentum * (moved_bias - bias)).astype(np.float32)
        alpha, bias = moved.astype(np.float32), moved_bias.astype(np.float32)
    return rows.T @ alpha, bias


def softmax(scores: Floats) -> Floats:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def held_out(written: Cases, made: Cases) -> Floats:
    """Scores of each written example from a model that never saw it (five folds)."""
    scores = np.zeros((len(written.rows), len(INTENTS)), dtype=np.float32)
    fold = np.random.default_rng(7).permutation(len(written.rows)) % FOLDS
    for part in range(FOLDS):
        weights, bias = fit(together(written.where(fold != part), made))
        scores[fold == part] = written.rows[fold == part] @ weights + bias
    return scores


def best_temperature(scores: Floats, labels: Labels) -> float:
    """The temperature under which held-out probabilities fit best (log loss, grid)."""

    def loss(temperature: float) -> float:
        guessed = softmax(scores / np.float32(temperature))[np.arange(len(labels)), labels]
        return -float(np.log(guessed + 1e-9).mean())

    return min((float(t) for t in np.arange(0.2, 3.0, 0.05)), key=loss)


def together(first: Cases, second: Cases) -> Cases:
    return Cases(
        np.vstack([first.rows, second.rows]),
        np.concatenate([first.labels, second.labels]),
        np.concatenate([first.weights, second.weights]),
    )


def load_cases() -> tuple[Cases, Cases]:
    """The written examples and those made from frames."""
    found = []
    for labelled, weight in ((examples(), 1.0), (framed(), FRAMED_WEIGHT)):
        labels = np.array([INTENTS.index(intent) for _, intent in labelled])
        rows = vectors([text for text, _ in labelled])
        found.append(Cases(rows, labels, np.full(len(labels), weight, dtype=np.float32)))
    return found[0], found[1]


def main() -> None:
    written, made = load_cases()
    scores = held_out(written, made)
    temperature = best_temperature(scores, written.labels)
    weights, bias = fit(together(written, made))
    np.savez_compressed(
        Path(str(data(*WEIGHTS))),
        weights=weights.astype(np.float16),
        bias=bias,
        temperature=np.float32(temperature),
        trained_on=np.array(fingerprint(examples() + framed())),
    )
    accuracy = float((scores.argmax(axis=1) == written.labels).mean())
    print(
        f"{len(written.labels)} written and {len(made.labels)} made examples; held-out accuracy "
        f"on written ones {accuracy:.3f}; temperature {temperature:.2f}"
    )


if __name__ == "__main__":
    main()

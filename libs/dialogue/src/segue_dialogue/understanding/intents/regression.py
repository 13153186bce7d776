"""A penalised logistic regression over feature rows, fitted by L-BFGS.

The method is that of Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segue_dialogue.understanding.intents.rows import Floats, Labels, Rows

STEPS = 120
REMEMBERED = 10  # pairs of steps and changes of slope that the next direction is made from
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Cases:
    """Feature rows, what they are labelled as, and how much each counts."""

    rows: Rows
    labels: Labels
    weights: Floats

    def where(self, chosen: NDArray[np.bool_]) -> "Cases":
        return Cases(self.rows.where(chosen), self.labels[chosen], self.weights[chosen])

    def and_also(self, more: "Cases") -> "Cases":
        return Cases(
            self.rows.and_also(more.rows),
            np.concatenate([self.labels, more.labels]),
            np.concatenate([self.weights, more.weights]),
        )


def fit(cases: Cases, kinds: int, penalty: float) -> tuple[Floats, Floats]:
    """Weights (columns, kinds) and bias (kinds,) of the regression; each kind counts the same,
    however many cases it has."""
    packed, kept = cases.rows.packed()
    start = np.zeros((packed.columns + 1) * kinds)
    solved = _minimum(_loss(Cases(packed, cases.labels, cases.weights), kinds, penalty), start)
    table = solved.reshape(-1, kinds).astype(np.float32)
    weights = np.zeros((cases.rows.columns, kinds), dtype=np.float32)
    weights[kept] = table[: len(kept)]
    weights[cases.rows.size :] = table[len(kept) : -1]
    return weights, table[-1]


def softmax(scores: Floats) -> Floats:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def _loss(cases: Cases, kinds: int, penalty: float) -> Callable[[Doubles], tuple[float, Doubles]]:
    """The mean log loss with its penalty and the slope, at a point (weights, then bias)."""
    rows, columns = cases.rows, cases.rows.columns
    totals = np.bincount(cases.labels, weights=cases.weights, minlength=kinds)
    share = cases.weights / (totals[cases.labels] * kinds)
    mine = np.arange(len(rows)), cases.labels

    def at_point(point: Doubles) -> tuple[float, Doubles]:
        table = point.reshape(columns + 1, kinds)
        single = table.astype(np.float32)
        guessed = softmax(rows.times(single[:-1]) + single[-1])
        loss = -float(share @ np.log(guessed[mine] + 1e-12))
        wrong = guessed.copy()
        wrong[mine] -= 1
        wrong *= share[:, None]
        slope = np.empty_like(table)
        slope[:-1] = rows.turned_times(wrong) + penalty * table[:-1]
        slope[-1] = wrong.sum(axis=0)
        return loss + penalty / 2 * float((table[:-1] ** 2).sum()), slope.ravel()

    return at_point


def _minimum(loss: Callable[[Doubles], tuple[float, Doubles]], point: Doubles) -> Doubles:
    known: list[tuple[Doubles, Doubles]] = []
    height, slope = loss(point)
    for _ in range(STEPS):
        way = -_scaled(slope, known)
        length, fall = (1.0 if known else 1 / float(np.abs(slope).sum())), float(slope @ way)
        while True:  # shorter until it goes down as much as the slope promises a little of
            there = point + length * way
            its_height, its_slope = loss(there)
            if its_height <= height + 1e-4 * length * fall or length < 1e-6:
                break
            length /= 2
        moved, turned = there - point, its_slope - slope
        if float(moved @ turned) > 0:
            known = [*known, (moved, turned)][-REMEMBERED:]
        done = height - its_height < 1e-6 * abs(height)
        point, height, slope = there, its_height, its_slope
        if done:
            break
    return point


def _scaled(slope: Doubles, known: list[tuple[Doubles, Doubles]]) -> Doubles:
    """The slope times the inverse curvature that the remembered steps show."""
    result, parts = slope.copy(), []
    for moved, turned in reversed(known):
        part = float(moved @ result) / float(moved @ turned)
        result -= part * turned
        parts.append(part)
    if known:
        moved, turned = known[-1]
        result *= float(moved @ turned) / float(turned @ turned)
    for (moved, turned), part in zip(known, reversed(parts), strict=True):
        result += moved * (part - float(turned @ result) / float(moved @ turned))
    return result

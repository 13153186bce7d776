"""A penalised logistic regression over rows that are mostly zeros, fitted by L-BFGS.

The method is that of Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

STEPS = 120
REMEMBERED = 10  # pairs of steps and changes of slope that the next direction is made from
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Cases:
    """Feature rows, what they are labelled as, and how much each counts."""

    rows: Floats
    labels: Labels
    weights: Floats

    def where(self, chosen: NDArray[np.bool_]) -> "Cases":
        return Cases(self.rows[chosen], self.labels[chosen], self.weights[chosen])

    def and_also(self, more: "Cases") -> "Cases":
        return Cases(
            np.vstack([self.rows, more.rows]),
            np.concatenate([self.labels, more.labels]),
            np.concatenate([self.weights, more.weights]),
        )

    @cached_property
    def filled(self) -> tuple[Labels, Labels]:
        """Row and column of everything that isn't zero, row by row."""
        at, column = np.nonzero(self.rows)
        return at, column


def fit(cases: Cases, kinds: int, penalty: float) -> tuple[Floats, Floats]:
    """Weights (columns, kinds) and bias (kinds,) of the regression; each kind counts the same,
    however many cases it has."""
    columns = cases.rows.shape[1]
    solved = _minimum(_loss(cases, kinds, penalty), np.zeros((columns + 1) * kinds))
    table = solved.reshape(columns + 1, kinds).astype(np.float32)
    return table[:-1], table[-1]


def softmax(scores: Floats) -> Floats:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def _loss(cases: Cases, kinds: int, penalty: float) -> Callable[[Doubles], tuple[float, Doubles]]:
    """The mean log loss with its penalty and the slope, at a point (weights, then bias)."""
    at, column = cases.filled
    value, count, columns = cases.rows[at, column], len(cases.rows), cases.rows.shape[1]
    totals = np.bincount(cases.labels, weights=cases.weights, minlength=kinds)
    share = cases.weights / (totals[cases.labels] * kinds)
    mine = np.arange(count), cases.labels

    def at_point(point: Doubles) -> tuple[float, Doubles]:
        table = point.reshape(columns + 1, kinds)
        scores = np.empty((count, kinds))
        for kind in range(kinds):
            given = np.ascontiguousarray(table[:-1, kind])[column] * value
            scores[:, kind] = np.bincount(at, weights=given, minlength=count) + table[-1, kind]
        guessed = softmax(scores)  # type: ignore[arg-type]  # any precision will do
        loss = -float(share @ np.log(guessed[mine] + 1e-12))
        wrong = guessed.astype(np.float64)
        wrong[mine] -= 1
        wrong *= share[:, None]
        slope = np.empty_like(table)
        for kind in range(kinds):
            given = np.ascontiguousarray(wrong[:, kind])[at] * value
            slope[:-1, kind] = np.bincount(column, weights=given, minlength=columns)
        slope[-1] = wrong.sum(axis=0)
        slope[:-1] += penalty * table[:-1]
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

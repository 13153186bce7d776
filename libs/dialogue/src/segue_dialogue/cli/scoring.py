"""Scores of predicted labels against right ones: accuracy, precision, recall, confusion, ECE."""

from collections import Counter
from dataclasses import dataclass

from pydantic import JsonValue

BINS = 10


@dataclass(frozen=True)
class Scored:
    """One labelled message and what was made of it."""

    text: str
    label: str
    guess: str
    lang: str
    confidence: float = 1.0


def report(scored: list[Scored]) -> dict[str, JsonValue]:
    """Figures as plain JSON; a ratio without cases is null."""
    labels = sorted({case.label for case in scored} | {case.guess for case in scored})
    languages = sorted({case.lang for case in scored})
    return {
        "count": len(scored),
        "accuracy": accuracy(scored),
        "calibration_error": calibration_error(scored),
        "intents": {label: _for_label(scored, label) for label in labels},
        "confusion": {label: _guesses(scored, label) for label in labels},
        "languages": {lang: _for_language(scored, lang) for lang in languages},
    }


def accuracy(scored: list[Scored]) -> float | None:
    return ratio(sum(case.label == case.guess for case in scored), len(scored))


def recall(scored: list[Scored], label: str) -> float | None:
    """Of the messages with this label, the share that was found."""
    wanted = [case for case in scored if case.label == label]
    return ratio(sum(case.guess == label for case in wanted), len(wanted))


def precision(scored: list[Scored], label: str) -> float | None:
    """Of the messages found to have this label, the share that has it."""
    guessed = [case for case in scored if case.guess == label]
    return ratio(sum(case.label == label for case in guessed), len(guessed))


def calibration_error(scored: list[Scored]) -> float | None:
    """How far confidence is from being right, on average: the expected calibration error over ten
    bins (Naeini, Cooper and Hauskrecht, 2015)."""
    bins: dict[int, list[float]] = {}
    for case in scored:
        place = min(int(case.confidence * BINS), BINS - 1)
        bins.setdefault(place, []).append(case.confidence - (case.guess == case.label))
    error = sum(abs(sum(gaps)) for gaps in bins.values())
    return round(error / len(scored), 4) if scored else None


def _for_label(scored: list[Scored], label: str) -> dict[str, JsonValue]:
    return {
        "count": sum(case.label == label for case in scored),
        "precision": precision(scored, label),
        "recall": recall(scored, label),
    }


def _guesses(scored: list[Scored], label: str) -> dict[str, JsonValue]:
    return dict(sorted(Counter(c.guess for c in scored if c.label == label).items()))


def _for_language(scored: list[Scored], lang: str) -> dict[str, JsonValue]:
    cases = [case for case in scored if case.lang == lang]
    return {"count": len(cases), "accuracy": accuracy(cases)}


def ratio(part: int, whole: int) -> float | None:
    """A share of a whole, null without one."""
    return round(part / whole, 4) if whole else None

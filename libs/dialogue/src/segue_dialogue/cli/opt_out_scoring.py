"""Scores of opt-outs: how many are recognised, and how often something else passes for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, JsonValue

from segue_dialogue.understanding import understand
from segue_dialogue.understanding.lexicon import languages, phrases

_NOW = datetime(2026, 1, 14, 10, tzinfo=UTC)


class LabelledOptOut(BaseModel):
    """One line of a file: a message, and whether it asks to be left alone."""

    text: str
    lang: str = "en"
    opt_out: bool = False


@dataclass(frozen=True)
class ScoredOptOut:
    """One message and whether it was taken for an opt-out."""

    text: str
    wanted: bool
    found: bool


def stop_words() -> list[LabelledOptOut]:
    """The words that carriers act on, of every language, as they may be typed."""
    return [
        LabelledOptOut(text=form, lang=language, opt_out=True)
        for language in languages()
        for word in phrases(language, "stop_words")
        for form in (word, word.upper(), f" {word.capitalize()}. ")
    ]


def score_opt_outs(labelled: Iterable[LabelledOptOut]) -> list[ScoredOptOut]:
    """What the understanding makes of each message; its language isn't told."""
    return [
        ScoredOptOut(line.text, line.opt_out, understand(line.text, now=_NOW).opt_out)
        for line in labelled
    ]


def report_opt_outs(scored: list[ScoredOptOut]) -> dict[str, JsonValue]:
    """Recall over opt-outs and the share of false alarms over all else; null without cases."""
    outs = [case for case in scored if case.wanted]
    others = [case for case in scored if not case.wanted]
    return {
        "opt_outs": len(outs),
        "recall": _share(outs),
        "near_misses": len(others),
        "false_alarms": _share(others),
    }


def _share(cases: list[ScoredOptOut]) -> float | None:
    return round(sum(case.found for case in cases) / len(cases), 4) if cases else None

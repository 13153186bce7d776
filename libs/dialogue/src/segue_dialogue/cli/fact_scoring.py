"""Scores of the facts that were read against labelled ones: exact values, by slot and language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, JsonValue

from segue_dialogue.cli.scoring import ratio
from segue_dialogue.understanding import Context, understand

_NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


class LabelledFacts(BaseModel):
    """One line of a file: what a message tells, by slot.

    `lang` is the language of the conversation so far, as the understanding is told it too.
    """

    text: str
    lang: str
    question: str | None = None
    currency: str = "USD"
    region: str = "US"
    vertical: str | None = None
    now: datetime = _NOW
    facts: dict[str, JsonValue] = {}

    @property
    def context(self) -> Context:
        return Context(
            language=self.lang,
            question=self.question,
            currency=self.currency,
            region=self.region,
            vertical=self.vertical,
        )


@dataclass(frozen=True)
class ScoredFact:
    """One slot of one message; `wanted` and `found` are None where there is no such fact."""

    text: str
    lang: str
    slot: str
    wanted: JsonValue
    found: JsonValue

    @property
    def right(self) -> bool:
        return self.wanted == self.found


def score_facts(labelled: Iterable[LabelledFacts]) -> list[ScoredFact]:
    """Every fact that was wanted or found, of every message."""
    return [scored for line in labelled for scored in _score(line)]


def report_facts(scored: list[ScoredFact]) -> dict[str, JsonValue]:
    """Precision, recall and F1 over all, by slot and by language; a ratio without cases is null.

    A wrong value is both a false find and a miss.
    """
    return {
        "all": _figures(scored),
        "slots": _by(scored, lambda case: case.slot),
        "languages": _by(scored, lambda case: case.lang),
    }


def f1(scored: Iterable[ScoredFact]) -> float | None:
    """The harmonic mean of precision and recall."""
    cases = list(scored)
    right = sum(case.right for case in cases)
    wanted = sum(case.wanted is not None for case in cases)
    found = sum(case.found is not None for case in cases)
    return ratio(2 * right, wanted + found)


def _score(line: LabelledFacts) -> list[ScoredFact]:
    facts = understand(line.text, context=line.context, now=line.now).facts
    found = {fact.slot: fact.value for fact in facts}
    slots = dict.fromkeys((*line.facts, *found))
    return [
        ScoredFact(line.text, line.lang, slot, line.facts.get(slot), found.get(slot))
        for slot in slots
    ]


def _by(scored: list[ScoredFact], key: Callable[[ScoredFact], str]) -> dict[str, JsonValue]:
    names = sorted({key(case) for case in scored})
    return {name: _figures([case for case in scored if key(case) == name]) for name in names}


def _figures(cases: list[ScoredFact]) -> dict[str, JsonValue]:
    right = sum(case.right for case in cases)
    wanted = sum(case.wanted is not None for case in cases)
    found = sum(case.found is not None for case in cases)
    return {
        "wanted": wanted,
        "precision": ratio(right, found),
        "recall": ratio(right, wanted),
        "f1": f1(cases),
    }

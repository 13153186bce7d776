"""Scores of the times read from labelled messages: exact values, per language."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, JsonValue

from segue_dialogue.understanding import Context, understand
from segue_dialogue.understanding.models import Grain


class LabelledTime(BaseModel):
    """A time that a message names, as the half-open span [start, end)."""

    start: datetime
    end: datetime
    grain: Grain
    quote: str | None = None  # demanded only where it is given


class LabelledTimes(BaseModel):
    """One line of a file: a message in a conversation of its language, and all its times."""

    text: str
    lang: str
    now: datetime
    region: str = "US"
    times: list[LabelledTime]


@dataclass(frozen=True)
class TimeScore:
    """How many times were right, read in all, and wanted in all; `wrong` are the messages."""

    right: int
    read: int
    wanted: int
    messages: int
    wrong: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        total = self.read + self.wanted
        return 2 * self.right / total if total else 1.0

    def __add__(self, other: "TimeScore") -> "TimeScore":
        return TimeScore(
            self.right + other.right,
            self.read + other.read,
            self.wanted + other.wanted,
            self.messages + other.messages,
            self.wrong + other.wrong,
        )

    def figures(self) -> dict[str, JsonValue]:
        """The score as plain JSON."""
        return {
            "messages": self.messages,
            "times": self.wanted,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


def load_times(path: Path) -> list[LabelledTimes]:
    """The labelled messages of a file of JSON lines."""
    lines = path.read_text("utf-8").splitlines()
    return [LabelledTimes.model_validate(json.loads(line)) for line in lines if line.strip()]


def score_times(labelled: Iterable[LabelledTimes]) -> dict[str, TimeScore]:
    """A score per language. A time is right if start, end, grain and any quote given are."""
    scores: dict[str, TimeScore] = {}
    for line in labelled:
        scores[line.lang] = scores.get(line.lang, TimeScore(0, 0, 0, 0)) + score_line(line)
    return scores


def score_line(line: LabelledTimes) -> TimeScore:
    """The score of one message."""
    context = Context(language=line.lang, region=line.region)
    found = list(understand(line.text, context=context, now=line.now).times)
    right = 0
    for wanted in line.times:
        match = next(
            (
                time
                for time in found
                if (time.start, time.end, time.grain) == (wanted.start, wanted.end, wanted.grain)
                and wanted.quote in (None, time.quote)
            ),
            None,
        )
        if match:
            found.remove(match)
            right += 1
    wrong = () if right == len(line.times) and not found else (line.text,)
    return TimeScore(right, right + len(found), len(line.times), 1, wrong)

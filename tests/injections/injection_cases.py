"""The cases of `cases.yaml`, and models that obey them behind the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from model_stand_in import Answer, StandIn, model_stand_in
from segue_dialogue.model import ModelClient, ModelSettings, TurnModel

# A Monday, ten in the morning in New York.
NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One attempt: what is written, in which language, and what an obeying model answers."""

    agent: str
    language: str
    does: str
    text: str
    claims: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.language}-{self.does}-{self.text[:24]}"


def cases(agent: str) -> list[Case]:
    """The cases for an agent."""
    document = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
    return [
        Case(agent, language, entry["does"], entry["text"], entry)
        for language, entries in document[agent].items()
        for entry in entries
    ]


@asynccontextmanager
async def model_that_answers(
    *answers: Answer, **settings: object
) -> AsyncIterator[tuple[TurnModel, StandIn]]:
    """A turn's model whose provider gives these answers."""
    with model_stand_in(*answers) as stand_in:
        values = {"api_key": "sk-test", "base_url": stand_in.url, "model": "obedient", **settings}
        model = TurnModel(ModelClient(ModelSettings.model_validate(values)), lambda: NOW)
        try:
            yield model, stand_in
        finally:
            await model.aclose()

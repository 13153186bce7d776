"""A language model beside a live call: what unclear words may have meant, and words before ours."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from segue_common.events import ModelUse
from segue_common.tenants import Tenant
from segue_dialogue.model import (
    Asked,
    Instructions,
    Line,
    Sentences,
    Setting,
    TurnModel,
    VoiceProposal,
    prompt,
    refused_wording,
)
from segue_dialogue.phrasing.locales import locale_for

from segue_voice_bridge.domain.agent import Session, Turn

T = TypeVar("T")
PROMPT_VERSION = 2
# Our own words wait behind a model's.
MOST_SENTENCES = 2


@dataclass(frozen=True)
class Companion:
    """The model as one tenant's calls have it."""

    model: TurnModel
    tenant: Tenant

    def ask(self, turn: Turn) -> "Asking":
        """Begin to ask about the turn that our own agent has taken."""
        return Asking(self.model, self.tenant, turn)


class Asking:
    """One question to the model, while the call goes on."""

    def __init__(self, model: TurnModel, tenant: Tenant, turn: Turn) -> None:
        self._model = model
        self._tenant = tenant
        self._patience = model.settings.voice_seconds
        self._told = _instructions(turn, tenant)
        self._setting = _setting(turn.session, self._told)
        self._document = ""
        self._sentences = Sentences("reply")
        self._ready: asyncio.Queue[str | None] = asyncio.Queue()
        self._refused: str | None = None
        self._spoken: list[str] = []
        self._began = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(self._ask(turn.session))

    async def sentence(self, interrupted: asyncio.Event) -> str | None:
        """The next sentence that may be said; None if there is none, none in time, or the person
        is speaking."""
        if self._refused or len(self._spoken) == MOST_SENTENCES or interrupted.is_set():
            return None
        found = await _first(self._ready.get(), interrupted, self._patience)
        if found is None:
            return None
        # A promise may be spread over sentences, so each is checked with those before it.
        self._refused = refused_wording(" ".join([*self._spoken, found]), self._setting)
        if self._refused:
            return None
        self._spoken.append(found)
        return found

    async def meant(self, interrupted: asyncio.Event) -> str | None:
        """What the person may have meant, if the model says so in time."""
        asked = await _first(asyncio.shield(self._task), interrupted, self._patience * 2)
        return asked.value.meant if asked is not None and asked.value is not None else None

    async def end(self, *, words: bool = True) -> ModelUse:
        """Ask no more; what it has cost, and why no `words` of the model's were said, or not all
        of them."""
        seconds = asyncio.get_running_loop().time() - self._began
        if not self._task.done():
            self._task.cancel()
            use = await self._model.abandoned(self._tenant, self._told, self._document, seconds)
        else:
            use = self._task.result().use
        if not words:
            return use
        if self._refused:
            return use.model_copy(update={"fell_back": f"words_{self._refused}"})
        if self._spoken:
            return use.model_copy(update={"fell_back": None})
        return use if use.fell_back else use.model_copy(update={"fell_back": "words_none"})

    async def _ask(self, session: Session) -> Asked[VoiceProposal]:
        try:
            lines = [
                Line("person" if line.speaker == "lead" else "us", line.text)
                for line in session.lines
            ]
            asked = await self._model.ask(
                self._tenant, self._told, lines, VoiceProposal, on_text=self._hear,
                first_seconds=self._patience,
            )  # fmt: skip
            if asked.value is not None:
                self._take(complete=True)
            return asked
        finally:
            self._ready.put_nowait(None)

    def _hear(self, document: str) -> None:
        self._document = document
        self._take()

    def _take(self, *, complete: bool = False) -> None:
        for sentence in self._sentences.of(self._document, complete=complete):
            self._ready.put_nowait(sentence)


async def _first(awaited: Awaitable[T], interrupted: asyncio.Event, seconds: float) -> T | None:
    """What is awaited, unless the person speaks or the time passes before it comes."""
    coming = asyncio.ensure_future(awaited)
    speaking = asyncio.create_task(interrupted.wait())
    try:
        done, _ = await asyncio.wait(
            {coming, speaking}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        return coming.result() if coming in done else None
    finally:
        coming.cancel()
        speaking.cancel()


def _instructions(turn: Turn, tenant: Tenant) -> Instructions:
    session = turn.session
    return prompt(
        "voice",
        version=PROMPT_VERSION,
        business=tenant.name,
        language=locale_for(session.language).get_language_name("en"),
        question=session.question.replace("_", " "),
        follows=turn.says,
    )


def _setting(session: Session, told: Instructions) -> Setting:
    known = (session.business, *session.known, *(line.text for line in session.lines))
    return Setting(session.language, told.text, known)

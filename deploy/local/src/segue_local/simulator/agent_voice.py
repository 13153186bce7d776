"""The agent's speech as it is heard: tokens in, played at a speaking rate, utterances out."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

PLAY_STEP = 0.05  # seconds between two looks at what has been heard


@dataclass
class Utterance:
    """One talk cycle: the tokens up to `last`, and how much of them has been played."""

    interruptible: bool = True
    preemptible: bool = False
    text: str = ""
    complete: bool = False
    played: float = 0.0

    @property
    def heard(self) -> str:
        return self.text[: int(self.played)]


@dataclass(frozen=True)
class Cut:
    """What had been heard when the person spoke over the agent."""

    heard: str
    milliseconds: int


@dataclass
class AgentVoice:
    """`on_heard(text)` after a whole utterance, `on_progress(utterance)` while one is played.

    `chars_per_second` None plays everything the moment it arrives.
    """

    on_heard: Callable[[str], Awaitable[None]]
    on_progress: Callable[[Utterance], Awaitable[None]]
    chars_per_second: float | None = None
    _queue: deque[Utterance] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def current(self) -> Utterance | None:
        return self._queue[0] if self._queue else None

    def add(self, token: str, last: bool, interruptible: bool, preemptible: bool) -> None:
        """Takes one text frame. A new cycle replaces one that may be preempted."""
        if not self._queue or self._queue[-1].complete:
            if self._queue and self._queue[0].preemptible:
                self._queue.clear()
            self._queue.append(Utterance(interruptible, preemptible))
        utterance = self._queue[-1]
        utterance.text += token
        utterance.complete = last
        self._quiet.clear()
        self._news.set()

    def cut(self, at: int | None = None) -> Cut | None:
        """Stops everything queued; None when nothing was being said."""
        utterance = self.current
        if utterance is None:
            return None
        self._queue.clear()
        self._quiet.set()
        heard = utterance.text[:at] if at is not None else utterance.heard
        rate = self.chars_per_second or 15.0  # a usual speaking rate, when playback takes no time
        return Cut(heard, round(1000 * len(heard) / rate))

    async def silence(self) -> None:
        """Until everything that was complete has been played."""
        while any(utterance.complete for utterance in self._queue):
            await self._quiet.wait()
            self._quiet.clear()

    async def play(self) -> None:
        """Plays for as long as the task lives."""
        while True:
            utterance = self.current
            if utterance is None or (self._caught_up(utterance) and not utterance.complete):
                self._news.clear()
                await self._news.wait()
                continue
            await self._step(utterance)

    async def _step(self, utterance: Utterance) -> None:
        if not self._caught_up(utterance):
            await self._advance(utterance)
            await self.on_progress(utterance)
        if self.current is utterance and utterance.complete and self._caught_up(utterance):
            self._queue.popleft()
            if utterance.text.strip():
                await self.on_heard(utterance.text)
            self._quiet.set()

    async def _advance(self, utterance: Utterance) -> None:
        if self.chars_per_second is None:
            utterance.played = float(len(utterance.text))
            return
        await asyncio.sleep(PLAY_STEP)
        step = self.chars_per_second * PLAY_STEP
        utterance.played = min(utterance.played + step, float(len(utterance.text)))

    @staticmethod
    def _caught_up(utterance: Utterance) -> bool:
        return int(utterance.played) >= len(utterance.text)

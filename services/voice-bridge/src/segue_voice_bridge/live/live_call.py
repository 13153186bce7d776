"""One call being talked on: inputs one by one to the agent, its words to the line."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from segue_common.runtime.clock import Clock
from segue_common.runtime.processor import TRANSIENT

from segue_voice_bridge import metrics
from segue_voice_bridge.adapters.relay_frames import (
    end_frame,
    language_frame,
    sentence_frame,
    text_frames,
)
from segue_voice_bridge.domain.agent import Input, Session, Turn, VoiceAgent
from segue_voice_bridge.domain.agent.inputs import (
    Heard,
    Interrupted,
    LeaveEnded,
    NoAnswerCame,
    Pressed,
    Quiet,
    StillWaiting,
)
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.speech import Speech
from segue_voice_bridge.live.companion import Companion
from segue_voice_bridge.live.news import news_of

log = logging.getLogger(__name__)

Send = Callable[[str], Awaitable[None]]
ReadDesk = Callable[[], Awaitable[Desk]]
Record = Callable[[Input, Turn, Session], None]
SpeechOf = Callable[[str], Speech]


@dataclass(frozen=True)
class Pace:
    """How long things take on a call, in seconds.

    `look`: the longest that news of the desk waits when nobody wakes the session. `patience`: how
    long the calendar may take before a word is said about it. `give_up`: how long it may take at
    all. `silence`: how long nobody speaks, after the agent's words at `letters` a second.
    """

    look: float = 2.0
    patience: float = 0.3
    give_up: float = 8.0
    silence: float = 8.0
    letters: float = 14.0


class LiveCall:
    """Inputs are taken strictly one after another, so the session needs no lock."""

    def __init__(
        self,
        session: Session,
        *,
        agent: VoiceAgent,
        send: Send,
        read_desk: ReadDesk,
        record: Record,
        speech: SpeechOf,
        clock: Clock,
        pace: Pace,
        companion: Companion | None = None,
    ) -> None:
        self.session = session
        self._agent = agent
        self._send = send
        self._read_desk = read_desk
        self._record = record
        self._speech = speech
        self._clock = clock
        self._pace = pace
        self._companion = companion
        self._person_speaks = asyncio.Event()
        self._inputs: asyncio.Queue[tuple[Input, float] | None] = asyncio.Queue()
        self._news = asyncio.Event()
        self._due: dict[type[Input], float] = {}

    @property
    def call_id(self) -> UUID:
        return self.session.call_id

    def put(self, event: Input) -> None:
        """Something has reached the agent."""
        self._inputs.put_nowait((event, _now()))
        if isinstance(event, Heard | Interrupted | Pressed | LeaveEnded):
            self._person_speaks.set()

    def wake(self) -> None:
        """There is news at the desk."""
        self._news.set()

    def close(self) -> None:
        """The line is gone, or another process has it."""
        self._inputs.put_nowait(None)
        self._person_speaks.set()

    async def run(self) -> None:
        """Talk until the agent ends the call or the line closes."""
        self._news.set()
        watching = asyncio.create_task(self._watch())
        try:
            while not self.session.ended:
                taken = await self._next()
                if taken is None:
                    return
                await self._take(*taken)
        finally:
            watching.cancel()

    async def _next(self) -> tuple[Input, float] | None:
        """The next input, or a timer's if that is due first."""
        if not self._due:
            return await self._inputs.get()
        kind = min(self._due, key=lambda k: self._due[k])
        try:
            async with asyncio.timeout_at(self._due[kind]):
                return await self._inputs.get()
        except TimeoutError:
            del self._due[kind]
            return kind(), _now()  # type: ignore[call-arg]  # timers carry nothing

    async def _take(self, event: Input, arrived: float) -> None:
        before = self.session
        turn = self._agent(before, event, self._clock())
        if turn.session == before:
            return
        if isinstance(event, Heard) and _missed(before, turn):
            turn = await self._guessed(before, event, turn)
        self.session = turn.session
        if turn.session.language != before.language:
            spoken, now = self._speech(before.language), self._speech(turn.session.language)
            await self._send(language_frame(spoken, now))
        ours, answers = turn.says, isinstance(event, Heard)
        if answers and turn.model_use is None and _may_be_led_in(turn):
            turn = await self._led_in(turn, arrived)
            self.session = turn.session
            answers = turn.says == ours
        await self._speak(ours, arrived if answers else None)
        if turn.ends:
            await self._send(end_frame(turn.session.outcome))
        self._record(event, turn, before)
        self._set_timers(before, turn)

    async def _guessed(self, before: Session, event: Heard, turn: Turn) -> Turn:
        """The turn that a model's guess leads to, where we have understood nothing."""
        if self._companion is None:
            return turn
        self._watch_for_the_person()
        asking = self._companion.ask(turn)
        meant = await asking.meant(self._person_speaks)
        guessed = self._agent(before, replace(event, meant=meant), self._clock())
        return replace(guessed, model_use=await asking.end(words=False))

    async def _led_in(self, turn: Turn, arrived: float) -> Turn:
        """The turn after the model's words for it have been said, sentence by sentence as they
        come. Who starts to speak meanwhile hears no more of them: ours follow as they would have.
        """
        if self._companion is None:
            return turn
        self._watch_for_the_person()
        asking, said = self._companion.ask(turn), list[str]()
        while sentence := await asking.sentence(self._person_speaks):
            await self._send(sentence_frame(sentence))
            if not said:
                metrics.TURN_SECONDS.observe(_now() - arrived)
            said.append(sentence)
        return replace(turn.led_in(" ".join(said)), model_use=await asking.end())

    def _watch_for_the_person(self) -> None:
        self._person_speaks.clear()
        if not self._inputs.empty():
            # Something has come while we were busy: it is looked at after our own words.
            self._person_speaks.set()

    async def _speak(self, words: str, arrived: float | None) -> None:
        for frame in text_frames(words) if words else ():
            await self._send(frame)
            if arrived is not None:
                metrics.TURN_SECONDS.observe(_now() - arrived)
                arrived = None

    def _set_timers(self, before: Session, turn: Turn) -> None:
        now, waiting = _now(), turn.session.waiting
        if waiting is None:
            self._due.pop(StillWaiting, None)
            self._due.pop(NoAnswerCame, None)
            spoken = len(turn.session.last_words) / self._pace.letters
            self._due[Quiet] = now + spoken + self._pace.silence
        elif before.waiting is None or before.waiting.request_id != waiting.request_id:
            self._due.pop(Quiet, None)
            self._due[StillWaiting] = now + self._pace.patience
            self._due[NoAnswerCame] = now + self._pace.give_up

    async def _watch(self) -> None:
        """Pass on the desk's news, soon after a wake-up and now and then without one."""
        while True:
            try:
                async with asyncio.timeout(self._pace.look):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            for event in await self._look():
                self.put(event)

    async def _look(self) -> list[Input]:
        try:
            return list(news_of(await self._read_desk(), self.call_id))
        except TRANSIENT as error:
            log.warning("a live call can't read its desk", exc_info=error)
            return []


def _missed(before: Session, turn: Turn) -> bool:
    return turn.session.misses > before.misses


def _may_be_led_in(turn: Turn) -> bool:
    """Where something is asked of the calendar or the call ends, our words come alone and at
    once."""
    return bool(turn.says) and not turn.ends and not turn.commands


def _now() -> float:
    return asyncio.get_running_loop().time()

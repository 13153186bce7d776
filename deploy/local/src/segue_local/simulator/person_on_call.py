"""The person during a relay session: hears the agent, speaks, presses keys, hangs up."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from segue_local.simulator.agent_voice import AgentVoice, Utterance
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.people import (
    Action,
    Attention,
    Dtmf,
    HangUp,
    Interrupt,
    Say,
    Silence,
)
from segue_local.simulator.records import CallRecord
from segue_local.simulator.twiml import Relay

Send = Callable[[dict[str, object]], Awaitable[None]]


class PersonOnCall:
    """A `PhoneLine`. `voice` is the agent as this person hears it; both run as tasks."""

    def __init__(
        self,
        carrier: Carrier,
        call: CallRecord,
        relay: Relay,
        attention: Attention,
        send: Send,
        leave: Callable[[], None],
    ) -> None:
        self._carrier = carrier
        self._call = call
        self._attention = attention
        self._send = send
        self._leave = leave
        self._partial_prompts = relay.flag("partialPrompts", default=False)
        self._turns: asyncio.Queue[str | list[Action]] = asyncio.Queue()
        self.lang = relay.attributes.get("language", attention.person.lang)
        self.voice = AgentVoice(
            self._heard, self._hearing, chars_per_second=attention.person.chars_per_second
        )
        if attention.person.hello:
            self._turns.put_nowait([Say(attention.person.hello)])

    async def behave(self) -> None:
        """Does what the script or the callback says to each utterance, for as long as it runs."""
        while True:
            turn = await self._turns.get()
            if isinstance(turn, list):
                await self._do(turn)
            elif self._attention.person.on_heard is not None:
                await self._attention.person.on_heard(self, turn)
            else:
                await self._do(self._attention.reacts_to(turn))

    async def say(self, text: str) -> None:
        """Speaks; over the agent if it is speaking and lets itself be interrupted."""
        speaking = self.voice.current
        if speaking is not None and speaking.heard and speaking.interruptible:
            await self._cut_agent()
        await self._prompt(text)

    async def dtmf(self, digits: str) -> None:
        for digit in digits:
            await self._send({"type": "dtmf", "digit": digit})

    async def hang_up(self) -> None:
        self._leave()

    async def _hearing(self, utterance: Utterance) -> None:
        due = self._attention.interrupts(utterance.heard)
        if due is None:
            return
        interruption, then = due
        if utterance.interruptible:
            await self._speak_over(interruption)
            self._turns.put_nowait(then)
        else:
            self._turns.put_nowait([Say(interruption.text), *then])

    async def _heard(self, text: str) -> None:
        self._call.says("agent", text)
        self._carrier.calls.changed(self._call)
        self._turns.put_nowait(text)

    async def _do(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Say():
                    await self.say(action.text)
                case Dtmf():
                    await self.dtmf(action.digits)
                case Interrupt():
                    await self._speak_over(action)
                case Silence():
                    await asyncio.sleep(action.seconds)
                case HangUp():
                    await self.hang_up()

    async def _speak_over(self, interruption: Interrupt) -> None:
        await self._cut_agent(interruption.after_chars)
        await self._prompt(interruption.text)

    async def _cut_agent(self, at: int | None = None) -> None:
        cut = self.voice.cut(at)
        if cut is None:
            return
        self._call.says("agent", cut.heard, cut=True)
        milliseconds: int | str = cut.milliseconds
        if self._carrier.timing.interrupt_duration_as_text:
            milliseconds = str(milliseconds)
        await self._send(
            {
                "type": "interrupt",
                "utteranceUntilInterrupt": cut.heard,
                "durationUntilInterruptMs": milliseconds,
            }
        )

    async def _prompt(self, text: str) -> None:
        self._call.says("person", text)
        self._carrier.calls.changed(self._call)
        if self._partial_prompts:
            await self._send(self._prompt_frame(text[: len(text) // 2], last=False))
        await self._send(self._prompt_frame(text, last=True))

    def _prompt_frame(self, text: str, last: bool) -> dict[str, object]:
        return {"type": "prompt", "voicePrompt": text, "lang": self.lang, "last": last}

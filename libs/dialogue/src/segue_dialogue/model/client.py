"""One way to ask a language model: bounded in time, tries and tokens, its answer validated."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel
from segue_common.breaker import Breaker
from segue_common.runtime.tracing import step

from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.messages import ChatMessage, estimate
from segue_dialogue.model.metrics import CALLS, CIRCUIT, SECONDS, TOKENS
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.wire import ChatReply, Usage, read_value

if TYPE_CHECKING:
    from segue_dialogue.model.provider import Provider

T = TypeVar("T", bound=BaseModel)
# Called with all of the answer's text that has come so far.
OnText = Callable[[str], None]


@dataclass(frozen=True)
class Completion(Generic[T]):
    """A validated answer and what it cost."""

    value: T
    model: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float


class ModelClient:
    """Asks one model at one endpoint; made once per process, closed with `aclose`."""

    def __init__(
        self, settings: ModelSettings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._breaker = Breaker(settings.circuit_failures, settings.circuit_seconds)
        self._provider = _provider(settings)

    async def complete(
        self,
        *,
        system: str,
        messages: Sequence[ChatMessage],
        schema: type[T],
        on_text: OnText | None = None,
        first_seconds: float | None = None,
    ) -> Completion[T]:
        """The model's answer as a `schema`; raises ModelUnavailable, whatever goes wrong.

        Takes at most `deadline_seconds`, tries and pauses included. With `on_text` the answer is
        streamed to it as it comes; `first_seconds` is how long its beginning may take.
        """
        started = self._clock()
        usage = Usage()
        try:
            reply = await self._reply(system, messages, schema, on_text, first_seconds)
            usage = _count_tokens(reply, estimate(system, *(m.content for m in messages)))
            value = read_value(reply, schema)
        except ModelUnavailable as error:
            CALLS.labels(error.reason).inc()
            error.prompt_tokens, error.completion_tokens = (
                usage.prompt_tokens,
                usage.completion_tokens,
            )
            raise
        finally:
            SECONDS.observe(self._clock() - started)
        CALLS.labels("ok").inc()
        return Completion(
            value,
            self.settings.model,
            usage.prompt_tokens,
            usage.completion_tokens,
            self._clock() - started,
        )

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        if self._provider is not None:
            await self._provider.aclose()

    async def _reply(
        self,
        system: str,
        messages: Sequence[ChatMessage],
        schema: type[BaseModel],
        on_text: OnText | None,
        first_seconds: float | None,
    ) -> ChatReply:
        provider = self._provider
        if provider is None:
            raise ModelUnavailable("no_key")
        if estimate(system, *(m.content for m in messages)) > self.settings.max_prompt_tokens:
            raise ModelUnavailable("too_long", "more than a turn's tokens")
        if on_text is None:
            return await self._guarded(lambda end: provider.ask(end, system, messages, schema))
        ends = asyncio.get_running_loop().time() + self.settings.deadline_seconds

        async def stream(deadline: asyncio.Timeout) -> ChatReply:
            def told(text: str) -> None:
                if not deadline.expired():
                    deadline.reschedule(ends)
                on_text(text)

            return await provider.stream(deadline, system, messages, schema, told)

        return await self._guarded(stream, first_seconds)

    async def _guarded(
        self,
        ask: Callable[[asyncio.Timeout], Awaitable[ChatReply]],
        seconds: float | None = None,
    ) -> ChatReply:
        """A well-formed reply, with the circuit kept: only the provider's failures count."""
        admitted = self._breaker.admit(self._clock())
        if admitted is None:
            raise ModelUnavailable("circuit_open")
        self._breaker = admitted
        try:
            with step("model request", "client"):
                async with asyncio.timeout(seconds or self.settings.deadline_seconds) as deadline:
                    reply = await ask(deadline)
        except TimeoutError:
            self._failed()
            raise ModelUnavailable("timeout") from None
        except ModelUnavailable as error:
            if error.reason == "refused":
                self._well()
            else:
                self._failed()
            raise
        self._well()
        return reply

    def _failed(self) -> None:
        self._breaker = self._breaker.after_failure(self._clock())
        CIRCUIT.set(self._breaker.opened_at is not None)

    def _well(self) -> None:
        self._breaker = self._breaker.after_success()
        CIRCUIT.set(0)


def _provider(settings: ModelSettings) -> "Provider | None":
    if settings.api_key is None:
        return None
    # Importing openai takes seconds and tens of megabytes, which only a key makes worth it.
    from segue_dialogue.model.provider import Provider

    return Provider(settings, settings.api_key)


def _count_tokens(reply: ChatReply, prompt_estimate: int) -> Usage:
    """What the provider says it bills; where it says nothing, about what that must be."""
    usage = reply.usage
    if usage is None:
        content = reply.choices[0].message.content or ""
        usage = Usage(prompt_tokens=prompt_estimate, completion_tokens=estimate(content))
    TOKENS.labels("prompt").inc(usage.prompt_tokens)
    TOKENS.labels("completion").inc(usage.completion_tokens)
    return usage

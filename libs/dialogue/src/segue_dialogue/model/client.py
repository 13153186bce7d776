"""One way to ask a language model: bounded in time, tries and tokens, its answer validated."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel
from segue_common.breaker import Breaker
from segue_common.runtime.tracing import step

from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.messages import ChatMessage
from segue_dialogue.model.metrics import CALLS, SECONDS, TOKENS
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.wire import ChatReply, Usage, read_value

if TYPE_CHECKING:
    from segue_dialogue.model.provider import Provider

T = TypeVar("T", bound=BaseModel)


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
        self._settings = settings
        self._clock = clock
        self._breaker = Breaker(settings.circuit_failures, settings.circuit_seconds)
        self._provider = _provider(settings)

    async def complete(
        self, *, system: str, messages: Sequence[ChatMessage], schema: type[T]
    ) -> Completion[T]:
        """The model's answer as a `schema`; raises ModelUnavailable, whatever goes wrong.

        Takes at most `deadline_seconds`, tries and pauses included.
        """
        started = self._clock()
        try:
            reply = await self._reply(system, messages, schema)
            usage = _count_tokens(reply)
            value = read_value(reply, schema)
        except ModelUnavailable as error:
            CALLS.labels(error.reason).inc()
            raise
        finally:
            SECONDS.observe(self._clock() - started)
        CALLS.labels("ok").inc()
        return Completion(
            value,
            self._settings.model,
            usage.prompt_tokens,
            usage.completion_tokens,
            self._clock() - started,
        )

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        if self._provider is not None:
            await self._provider.aclose()

    async def _reply(
        self, system: str, messages: Sequence[ChatMessage], schema: type[BaseModel]
    ) -> ChatReply:
        """A well-formed reply, with the circuit kept: only the provider's failures count."""
        if self._provider is None:
            raise ModelUnavailable("no_key")
        admitted = self._breaker.admit(self._clock())
        if admitted is None:
            raise ModelUnavailable("circuit_open")
        self._breaker = admitted
        try:
            with step("model request", "client"):
                async with asyncio.timeout(self._settings.deadline_seconds) as deadline:
                    reply = await self._provider.ask(deadline, system, messages, schema)
        except TimeoutError:
            self._breaker = self._breaker.after_failure(self._clock())
            raise ModelUnavailable("timeout") from None
        except ModelUnavailable as error:
            self._breaker = (
                self._breaker.after_success()
                if error.reason == "refused"
                else self._breaker.after_failure(self._clock())
            )
            raise
        self._breaker = self._breaker.after_success()
        return reply


def model_from_env() -> ModelClient | None:
    """The client that the environment describes, or None without `OPENAI_API_KEY`."""
    settings = ModelSettings()
    return ModelClient(settings) if settings.api_key else None


def _provider(settings: ModelSettings) -> "Provider | None":
    if settings.api_key is None:
        return None
    # Importing openai takes seconds and tens of megabytes, which only a key makes worth it.
    from segue_dialogue.model.provider import Provider

    return Provider(settings, settings.api_key)


def _count_tokens(reply: ChatReply) -> Usage:
    usage = reply.usage or Usage()
    TOKENS.labels("prompt").inc(usage.prompt_tokens)
    TOKENS.labels("completion").inc(usage.completion_tokens)
    return usage

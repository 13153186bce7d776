"""One way to ask a language model: bounded in time, tries and tokens, its answer validated."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import openai
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageParam,
    ChatCompletionUserMessageParam,
)
from pydantic import BaseModel

from segue_dialogue.model.breaker import Breaker
from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.messages import ChatMessage
from segue_dialogue.model.metrics import CALLS, SECONDS, TOKENS
from segue_dialogue.model.retry import pause_before_retry, unavailable
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.wire import ChatReply, Usage, read_reply, read_value, response_format

T = TypeVar("T", bound=BaseModel)

_TRIES = 2


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
        self._openai = _connection(settings)

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
        if self._openai is not None:
            await self._openai.close()

    async def _reply(
        self, system: str, messages: Sequence[ChatMessage], schema: type[BaseModel]
    ) -> ChatReply:
        """A well-formed reply, with the circuit kept: only the provider's failures count."""
        if self._openai is None:
            raise ModelUnavailable("no_key")
        admitted = self._breaker.admit(self._clock())
        if admitted is None:
            raise ModelUnavailable("circuit_open")
        self._breaker = admitted
        try:
            async with asyncio.timeout(self._settings.deadline_seconds) as deadline:
                reply = await self._tries(self._openai, deadline, system, messages, schema)
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

    async def _tries(
        self,
        client: openai.AsyncOpenAI,
        deadline: asyncio.Timeout,
        system: str,
        messages: Sequence[ChatMessage],
        schema: type[BaseModel],
    ) -> ChatReply:
        for remaining in reversed(range(_TRIES)):
            try:
                response = await client.chat.completions.with_raw_response.create(
                    model=self._settings.model,
                    messages=_wire_messages(system, messages),
                    response_format=response_format(schema),
                    max_completion_tokens=self._settings.max_completion_tokens,
                )
                return read_reply(response.text)
            except openai.APIError as error:
                pause = pause_before_retry(error)
                if not remaining or pause is None or not _fits(pause, deadline):
                    raise unavailable(error) from None
                await asyncio.sleep(pause)
            except UnicodeError:
                # Half a surrogate pair, which no request can carry.
                raise ModelUnavailable("refused", "not encodable") from None
        raise AssertionError("the last try returns or raises")


def model_from_env() -> ModelClient | None:
    """The client that the environment describes, or None without `OPENAI_API_KEY`."""
    settings = ModelSettings()
    return ModelClient(settings) if settings.api_key else None


def _connection(settings: ModelSettings) -> openai.AsyncOpenAI | None:
    if settings.api_key is None:
        return None
    return openai.AsyncOpenAI(
        api_key=settings.api_key.get_secret_value(),
        base_url=settings.base_url,
        timeout=settings.deadline_seconds,
        # Its own retries know nothing of our deadline.
        max_retries=0,
    )


def _wire_messages(
    system: str, messages: Sequence[ChatMessage]
) -> list[ChatCompletionMessageParam]:
    wire: list[ChatCompletionMessageParam] = [{"role": "system", "content": system}]
    for message in messages:
        if message.role == "user":
            wire.append(ChatCompletionUserMessageParam(role="user", content=message.content))
        else:
            wire.append(
                ChatCompletionAssistantMessageParam(role="assistant", content=message.content)
            )
    return wire


def _fits(pause: float, deadline: asyncio.Timeout) -> bool:
    ends = deadline.when()
    return ends is None or asyncio.get_running_loop().time() + pause < ends


def _count_tokens(reply: ChatReply) -> Usage:
    usage = reply.usage or Usage()
    TOKENS.labels("prompt").inc(usage.prompt_tokens)
    TOKENS.labels("completion").inc(usage.completion_tokens)
    return usage

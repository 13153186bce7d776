"""The provider: the one module that knows the openai client, imported only with a key."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import openai
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageParam,
    ChatCompletionUserMessageParam,
)
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, SecretStr

from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.messages import ChatMessage
from segue_dialogue.model.retry import pause_before_retry, unavailable
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.streaming import Gathered
from segue_dialogue.model.wire import ChatReply, read_reply

_TRIES = 2


class Provider:
    """One endpoint with one model."""

    def __init__(self, settings: ModelSettings, key: SecretStr) -> None:
        self._settings = settings
        self._client = openai.AsyncOpenAI(
            api_key=key.get_secret_value(),
            base_url=settings.base_url,
            timeout=settings.deadline_seconds,
            # Its own retries know nothing of our deadline.
            max_retries=0,
        )

    async def ask(
        self,
        deadline: asyncio.Timeout,
        system: str,
        messages: Sequence[ChatMessage],
        schema: type[BaseModel],
    ) -> ChatReply:
        """One reply, after one more try where that may help; raises ModelUnavailable."""

        async def ask() -> ChatReply:
            response = await self._client.chat.completions.with_raw_response.create(
                model=self._settings.model,
                messages=_wire_messages(system, messages),
                response_format=_response_format(schema),
                max_completion_tokens=self._settings.max_completion_tokens,
            )
            return read_reply(response.text)

        return await _twice(ask, deadline)

    async def stream(
        self,
        deadline: asyncio.Timeout,
        system: str,
        messages: Sequence[ChatMessage],
        schema: type[BaseModel],
        on_text: Callable[[str], None],
    ) -> ChatReply:
        """The same, told to `on_text` as it comes; a broken stream is only begun again as long
        as nothing was told of it."""
        gathered = Gathered(on_text)

        async def ask() -> ChatReply:
            chunks = await self._client.chat.completions.create(
                model=self._settings.model,
                messages=_wire_messages(system, messages),
                response_format=_response_format(schema),
                max_completion_tokens=self._settings.max_completion_tokens,
                stream=True,
                stream_options={"include_usage": True},
            )
            async with chunks:
                async for chunk in chunks:
                    gathered.add(chunk)
            return gathered.reply()

        return await _twice(ask, deadline, lambda: not gathered.begun)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


async def _twice(
    ask: Callable[[], Awaitable[ChatReply]],
    deadline: asyncio.Timeout,
    may_repeat: Callable[[], bool] = lambda: True,
) -> ChatReply:
    for remaining in reversed(range(_TRIES)):
        try:
            return await ask()
        except openai.APIError as error:
            pause = pause_before_retry(error)
            repeats = remaining and may_repeat()
            if not repeats or pause is None or not _fits(pause, deadline):
                raise unavailable(error) from None
            await asyncio.sleep(pause)
        except UnicodeError:
            # Half a surrogate pair, which no request can carry.
            raise ModelUnavailable("refused", "not encodable") from None
        except ModelUnavailable:
            raise
        except ValueError as error:
            # A line of a stream that is no JSON; its text may hold what was said.
            raise ModelUnavailable("bad_output", type(error).__name__) from None
        except Exception as error:
            # A stream that breaks in the middle raises whatever its transport does.
            raise ModelUnavailable("error", type(error).__name__) from None
    raise AssertionError("the last try returns or raises")


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


def _response_format(schema: type[BaseModel]) -> ResponseFormatJSONSchema:
    """Structured output in the strict subset of JSON Schema that the provider accepts."""
    # The library's only public way to the strict form of a pydantic schema.
    strict = openai.pydantic_function_tool(schema)["function"]["parameters"]
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__, "schema": strict, "strict": True},
    }

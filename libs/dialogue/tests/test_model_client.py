"""The model client against a provider that answers well, late, wrongly or not at all."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from prometheus_client import REGISTRY
from pydantic import BaseModel
from segue_dialogue.model import (
    ChatMessage,
    Completion,
    ModelClient,
    ModelSettings,
    ModelUnavailable,
    open_model,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Answer = Callable[[], Awaitable[Response]]
SECRET_WORDS = "my number is 2025550123 and I am afraid of dentists"


class Mood(BaseModel):
    """What the tests ask the model for."""

    mood: str
    strength: int | None


@dataclass
class Provider:
    """An OpenAI-compatible endpoint that gives the scripted answers in turn, the last for ever."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def handle(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer sk-test"
        self.requests.append(await request.json())
        self.asked.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer()

    async def never(self) -> Response:
        await self.closing.wait()
        return Response(status_code=503)


@dataclass
class HandClock:
    """Seconds that pass only when told."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def says(content: str | None, **message: object) -> Answer:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "finish_reason": message.pop("finish_reason", "stop"),
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
    }
    return status(200, json.dumps(body))


def status(code: int, body: str = "{}", headers: dict[str, str] | None = None) -> Answer:
    async def answer() -> Response:
        return Response(body, code, headers, media_type="application/json")

    return answer


GOOD = says('{"mood": "glad", "strength": 3}')


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    stub = Provider()
    app = Starlette(routes=[Route("/v1/chat/completions", stub.handle, methods=["POST"])])
    # Listening from here on, so that nobody has to wait for the server to be up.
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stub.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    yield stub
    stub.closing.set()
    server.should_exit = True
    await serving


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def client(provider: Provider, clock: HandClock) -> AsyncIterator[ModelClient]:
    made = ModelClient(settings(provider), clock=clock)
    yield made
    await made.aclose()


def settings(provider: Provider, **changed: object) -> ModelSettings:
    values = {"api_key": "sk-test", "base_url": provider.url, "model": "stub", **changed}
    return ModelSettings.model_validate({"deadline_seconds": 0.6, "circuit_failures": 3, **values})


async def ask(client: ModelClient) -> Completion[Mood]:
    messages = [ChatMessage("user", SECRET_WORDS)]
    return await client.complete(system="Read the mood.", messages=messages, schema=Mood)


async def refusal(client: ModelClient) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        await ask(client)
    assert SECRET_WORDS not in str(caught.value)
    return caught.value.reason


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_good_answer_comes_back_validated_with_its_cost(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [GOOD]
    calls = counted("segue_model_calls_total", outcome="ok")
    tokens = counted("segue_model_tokens_total", kind="prompt")
    completion = await ask(client)
    assert completion.value == Mood(mood="glad", strength=3)
    assert (completion.prompt_tokens, completion.completion_tokens) == (12, 5)
    assert counted("segue_model_calls_total", outcome="ok") == calls + 1
    assert counted("segue_model_tokens_total", kind="prompt") == tokens + 12


async def test_the_request_is_strict_and_bounded(provider: Provider, client: ModelClient) -> None:
    provider.answers = [GOOD]
    await ask(client)
    (request,) = provider.requests
    wanted = request["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["required"] == ["mood", "strength"]
    assert wanted["schema"]["additionalProperties"] is False
    assert request["max_completion_tokens"] == 700
    assert [message["role"] for message in request["messages"]] == ["system", "user"]


async def test_a_silent_provider_costs_no_more_than_the_deadline(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [provider.never]
    started = asyncio.get_running_loop().time()
    assert await refusal(client) == "timeout"
    assert asyncio.get_running_loop().time() - started < 2


async def test_one_server_error_is_tried_again(provider: Provider, client: ModelClient) -> None:
    provider.answers = [status(500), GOOD]
    assert (await ask(client)).value.mood == "glad"
    assert len(provider.requests) == 2


async def test_a_second_server_error_ends_it(provider: Provider, client: ModelClient) -> None:
    provider.answers = [status(500)]
    assert await refusal(client) == "error"
    assert len(provider.requests) == 2


async def test_a_short_retry_after_is_honoured(provider: Provider, client: ModelClient) -> None:
    provider.answers = [status(429, headers={"retry-after": "0.3"}), GOOD]
    started = asyncio.get_running_loop().time()
    await ask(client)
    assert asyncio.get_running_loop().time() - started >= 0.3


async def test_a_long_retry_after_is_not_waited_for(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [status(429, headers={"retry-after": "60"}), GOOD]
    assert await refusal(client) == "rate_limited"
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        status(200, "<html>gateway</html>"),
        status(200, "{}"),
        status(200, '{"choices": []}'),
        status(200, '{"choices": null}'),
        says(None),
        says("certainly! the mood is glad"),
        says('{"mood": "glad"}'),
        says('{"mood": 4, "strength": "many"}'),
        says('{"mood": "gl', finish_reason="length"),
    ],
)
async def test_garbage_is_bad_output(
    provider: Provider, client: ModelClient, answer: Answer
) -> None:
    provider.answers = [answer]
    assert await refusal(client) == "bad_output"
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        says(None, refusal="I can't help with that."),
        says("", finish_reason="content_filter"),
        status(400, '{"error": {"message": "' + SECRET_WORDS + '"}}'),
    ],
)
async def test_a_refusal_is_told_apart(
    provider: Provider, client: ModelClient, answer: Answer
) -> None:
    provider.answers = [answer]
    assert await refusal(client) == "refused"


async def test_a_wrong_key_is_an_error_and_not_tried_again(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [status(401)]
    assert await refusal(client) == "error"
    assert len(provider.requests) == 1


async def test_after_repeated_failures_the_provider_is_left_alone_then_tried_once(
    provider: Provider, client: ModelClient, clock: HandClock
) -> None:
    provider.answers = [status(401)]
    for _ in range(3):
        assert await refusal(client) == "error"
    assert await refusal(client) == "circuit_open"
    assert len(provider.requests) == 3
    clock.now += 30
    assert await refusal(client) == "error"
    assert await refusal(client) == "circuit_open"
    assert len(provider.requests) == 4
    clock.now += 30
    provider.answers = [GOOD]
    await ask(client)
    await ask(client)
    assert len(provider.requests) == 6


async def test_a_gateway_that_answers_no_json_opens_the_circuit(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [status(200, "<html>gateway</html>")]
    for _ in range(3):
        assert await refusal(client) == "bad_output"
    assert await refusal(client) == "circuit_open"


async def test_text_that_cannot_be_encoded_is_refused_here(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [GOOD]
    broken = [ChatMessage("user", "\ud83d")]
    with pytest.raises(ModelUnavailable, match="refused"):
        await client.complete(system="Read the mood.", messages=broken, schema=Mood)


async def test_while_one_call_probes_the_others_are_turned_away(
    provider: Provider, client: ModelClient, clock: HandClock
) -> None:
    provider.answers = [status(401)]
    for _ in range(3):
        await refusal(client)
    clock.now += 30
    provider.answers = [GOOD]
    outcomes = await asyncio.gather(*(ask(client) for _ in range(5)), return_exceptions=True)
    turned_away = [one.reason for one in outcomes if isinstance(one, ModelUnavailable)]
    assert turned_away == ["circuit_open"] * 4


async def test_what_people_write_cannot_open_the_circuit(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [says("nonsense")]
    for _ in range(4):
        assert await refusal(client) == "bad_output"
    provider.answers = [says(None, refusal="no")]
    for _ in range(4):
        assert await refusal(client) == "refused"


async def test_a_cancelled_call_is_cancelled_at_once(
    provider: Provider, client: ModelClient
) -> None:
    provider.answers = [provider.never]
    asking = asyncio.create_task(ask(client))
    await asyncio.wait_for(provider.asked.wait(), 5)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_an_unreachable_provider_is_an_error() -> None:
    nowhere = ModelSettings(api_key="sk-test", base_url="http://127.0.0.1:1/v1")
    client = ModelClient(nowhere)
    assert await refusal(client) == "error"
    await client.aclose()


async def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert open_model(None, lambda: datetime.now(UTC)) is None
    assert await refusal(ModelClient(ModelSettings())) == "no_key"


async def test_the_environment_names_model_and_endpoint(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
    monkeypatch.setenv("SEGUE_LLM_MODEL", "house-model")
    provider.answers = [GOOD]
    model = open_model(None, lambda: datetime.now(UTC))
    assert model is not None
    assert (await ask(model.client)).model == "house-model"
    assert provider.requests[0]["model"] == "house-model"
    await model.aclose()


async def test_no_log_at_any_level_holds_what_was_said(
    provider: Provider, client: ModelClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.answers = [status(500), says('{"mood": "afraid of dentists"}')]
    await refusal(client)
    assert "dentists" not in caplog.text


async def test_the_answer_may_be_json_of_any_content_type(
    provider: Provider, client: ModelClient
) -> None:
    async def plain() -> Response:
        body = json.loads(bytes((await GOOD()).body))
        return Response(JSONResponse(body).body, media_type="text/plain")

    provider.answers = [plain]
    assert (await ask(client)).value.strength == 3

"""One question a turn: within the tenant's tokens, streamed where wanted, its cost on record."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from model_stand_in import Answer, StandIn, model_stand_in
from pydantic import BaseModel
from segue_common.events import ModelUse
from segue_common.tenants import ModelRules, Tenant
from segue_dialogue.model import (
    Instructions,
    Line,
    ModelClient,
    ModelSettings,
    Sentences,
    TurnModel,
)
from segue_dialogue.model.tokens import TenantTokens

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TOLD = Instructions("test.v1", "Say something.")
LINES = [Line("person", "hello")]
WORDS = Answer({"reply": "Thank you. That helps a lot, e.g. now."})


class Words(BaseModel):
    reply: str | None


def tenant(**rules: object) -> Tenant:
    return Tenant(
        tenant="acme", name="Acme", time_zone="America/New_York",
        model=ModelRules.model_validate(rules),
    )  # fmt: skip


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with model_stand_in(WORDS) as server:
        yield server


@pytest.fixture
async def made(stand_in: StandIn) -> AsyncIterator[Callable[..., TurnModel]]:
    async with AsyncExitStack() as stack:

        def make(**changed: object) -> TurnModel:
            values = {"api_key": "sk-test", "base_url": stand_in.url, "model": "stub", **changed}
            model = TurnModel(ModelClient(ModelSettings.model_validate(values)), lambda: NOW)
            stack.push_async_callback(model.aclose)
            return model

        yield make


async def test_a_turn_is_one_request_and_its_cost_is_told(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    model = made(prompt_price=0.4, completion_price=1.6, price_currency="EUR")
    asked = await model.ask(tenant(), TOLD, LINES, Words)
    assert asked.value == Words(reply="Thank you. That helps a lot, e.g. now.")
    assert len(stand_in.asked) == 1
    assert asked.use == ModelUse(
        model="stub", prompt="test.v1", prompt_tokens=100, completion_tokens=20,
        seconds=asked.use.seconds, cost=0.000072, currency="EUR",
    )  # fmt: skip


async def test_without_prices_there_is_no_cost(made: Callable[..., TurnModel]) -> None:
    use = (await made().ask(tenant(), TOLD, LINES, Words)).use
    assert (use.cost, use.currency) == (None, None)


async def test_an_answer_of_no_use_has_cost_something_too(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    stand_in.answers = [Answer("I'd rather chat")]
    asked = await made(prompt_price=1, completion_price=1).ask(tenant(), TOLD, LINES, Words)
    assert (asked.value, asked.use.fell_back) == (None, "bad_output")
    assert asked.use.cost == 0.00012


async def test_past_the_days_tokens_nobody_is_asked(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    model, limited = made(), tenant(tokens_per_day=200)
    uses = [(await model.ask(limited, TOLD, LINES, Words)).use.fell_back for _ in range(3)]
    assert uses == [None, None, "over_budget"]
    assert len(stand_in.asked) == 2
    assert (await model.ask(tenant(), TOLD, LINES, Words)).value, "no limit, no count"


async def test_a_day_is_the_tenants_own(made: Callable[..., TurnModel]) -> None:
    tokens = TenantTokens(None)
    model = TurnModel(made().client, lambda: NOW, tokens)
    await model.ask(tenant(tokens_per_day=10_000), TOLD, LINES, Words)
    yesterday_in_new_york = datetime(2026, 11, 22, tzinfo=UTC).date()
    assert await tokens.add("acme", yesterday_in_new_york, 0) == 120


@pytest.mark.parametrize("rules", [{"enabled": False}, {"tokens_per_day": 0}])
async def test_a_tenant_may_want_no_model(
    stand_in: StandIn, made: Callable[..., TurnModel], rules: dict[str, object]
) -> None:
    asked = await made().ask(tenant(**rules), TOLD, LINES, Words)
    assert asked.use.fell_back == "over_budget"
    assert not stand_in.asked


async def test_no_prompt_is_longer_than_a_turns_tokens(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    model = made(max_prompt_tokens=500)
    lines = [Line("person", f"{number} " + "word " * 60) for number in range(40)]
    assert (await model.ask(tenant(), TOLD, lines, Words)).value
    sent = sum(len(message["content"]) for message in stand_in.asked[0]["messages"])
    assert sent < 500 * 4
    assert "39 word" in stand_in.asked[0]["messages"][1]["content"]
    endless = Instructions("test.v1", "word " * 1000)
    assert (await model.ask(tenant(), endless, LINES, Words)).use.fell_back == "too_long"
    assert len(stand_in.asked) == 1


async def test_a_streamed_answer_is_told_as_it_comes_and_costs_the_same(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    told: list[str] = []
    asked = await made().ask(tenant(), TOLD, LINES, Words, on_text=told.append)
    assert asked.value == Words(reply="Thank you. That helps a lot, e.g. now.")
    assert (asked.use.prompt_tokens, asked.use.completion_tokens) == (100, 20)
    assert len(told) > 3
    assert all(later.startswith(earlier) for earlier, later in pairwise(told))
    assert stand_in.asked[0]["stream_options"] == {"include_usage": True}


async def test_a_stream_that_breaks_is_begun_again_only_if_nothing_was_told(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    told: list[str] = []
    stand_in.answers = [Answer(WORDS.value, breaks_after=2), WORDS]
    asked = await made().ask(tenant(), TOLD, LINES, Words, on_text=told.append)
    assert asked.value is None
    assert len(stand_in.asked) == 1
    stand_in.answers = [Answer("", status=503), WORDS]
    assert (await made().ask(tenant(), TOLD, LINES, Words, on_text=told.append)).value
    assert len(stand_in.asked) == 3


async def test_a_stream_must_begin_soon_but_may_go_on(
    stand_in: StandIn, made: Callable[..., TurnModel]
) -> None:
    told: list[str] = []
    stand_in.answers = [Answer(WORDS.value, wait=0.15), Answer(WORDS.value, wait=3)]
    model, call = made(), {"on_text": told.append, "first_seconds": 1.0}
    assert (await model.ask(tenant(), TOLD, LINES, Words, **call)).value
    asked = await model.ask(tenant(), TOLD, LINES, Words, **call)
    assert asked.use.fell_back == "timeout"


def test_sentences_come_when_they_are_whole_and_once() -> None:
    sentences, document = (
        Sentences("reply"),
        '{"reply": "It is 3.50. Good! 好的。走吧", "meant": null}',
    )
    found: list[list[str]] = []
    for end in range(len(document) + 1):
        if new := list(sentences.of(document[:end])):
            found.append(new)
    assert found == [["It is 3.50."], ["Good!"], ["好的。"]]
    assert list(sentences.of(document, complete=True)) == ["走吧"]
    assert list(sentences.of(document, complete=True)) == []


@pytest.mark.parametrize(
    "document", ["", "[", '{"reply": 4}', '{"reply": null}', "no json. At all. "]
)
def test_what_is_no_answer_has_no_sentences(document: str) -> None:
    assert list(Sentences("reply").of(document, complete=True)) == []

"""One question to the model for one turn: within the tenant's budget, and its cost on record."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel
from segue_common.events import ModelUse
from segue_common.tenants import Tenant

from segue_dialogue.model.client import ModelClient, OnText
from segue_dialogue.model.errors import ModelUnavailable
from segue_dialogue.model.messages import Line, estimate, transcript
from segue_dialogue.model.prompting import Instructions
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.tokens import TenantTokens

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Asked(Generic[T]):
    """What the model answered, or None where `use.fell_back` says why not."""

    value: T | None
    use: ModelUse


@dataclass(frozen=True)
class TurnModel:
    """The language model as the agents have it. Asking it never fails: an answer may be missing,
    and what it cost is there in any case."""

    client: ModelClient
    clock: Callable[[], datetime]
    tokens: TenantTokens = field(default_factory=lambda: TenantTokens(None))

    @property
    def settings(self) -> ModelSettings:
        return self.client.settings

    async def ask(
        self,
        tenant: Tenant,
        instructions: Instructions,
        lines: Sequence[Line],
        schema: type[T],
        *,
        on_text: OnText | None = None,
        first_seconds: float | None = None,
    ) -> Asked[T]:
        """One structured answer about the conversation, of which as much is shown as fits."""
        started = self.clock()
        room = self.settings.max_prompt_tokens - estimate(instructions.text) - 1
        messages = [transcript(lines, most_tokens=max(room, 0))]
        try:
            await self._within_budget(tenant)
            completion = await self.client.complete(
                system=instructions.text,
                messages=messages,
                schema=schema,
                on_text=on_text,
                first_seconds=first_seconds,
            )
        except ModelUnavailable as error:
            log.info("the built-in answers", extra={"fields": {"reason": error.reason}})
            seconds = max((self.clock() - started).total_seconds(), 0.0)
            used = (error.prompt_tokens, error.completion_tokens)
            use = self._use(instructions, *used, seconds, error.reason)
            await self._count(tenant, use)
            return Asked(None, use)
        use = self._use(
            instructions, completion.prompt_tokens, completion.completion_tokens, completion.seconds
        )
        await self._count(tenant, use)
        return Asked(completion.value, use)

    async def abandoned(
        self, tenant: Tenant, instructions: Instructions, text: str, seconds: float
    ) -> ModelUse:
        """About what a streamed answer has cost that nobody could wait for any longer."""
        use = self._use(
            instructions, estimate(instructions.text), estimate(text), seconds, "timeout"
        )
        await self._count(tenant, use)
        return use

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self.client.aclose()

    async def _within_budget(self, tenant: Tenant) -> None:
        most = tenant.model.tokens_per_day
        if not tenant.model.enabled or most == 0:
            raise ModelUnavailable("over_budget", "none for this tenant")
        if most is not None and await self.tokens.add(tenant.tenant, self._day(tenant), 0) >= most:
            raise ModelUnavailable("over_budget", "none left today")

    async def _count(self, tenant: Tenant, use: ModelUse) -> None:
        used = use.prompt_tokens + use.completion_tokens
        if used and tenant.model.tokens_per_day is not None:
            await self.tokens.add(tenant.tenant, self._day(tenant), used)

    def _day(self, tenant: Tenant) -> date:
        return self.clock().astimezone(tenant.zone).date()

    def _use(
        self,
        instructions: Instructions,
        prompt_tokens: int,
        completion_tokens: int,
        seconds: float,
        fell_back: str | None = None,
    ) -> ModelUse:
        cost = self.settings.cost(prompt_tokens, completion_tokens)
        return ModelUse(
            model=self.settings.model,
            prompt=instructions.name,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            seconds=seconds,
            fell_back=fell_back,
            cost=cost,
            currency=None if cost is None else self.settings.price_currency,
        )


def open_model(
    redis: "Callable[[], Redis] | None", clock: Callable[[], datetime]
) -> TurnModel | None:
    """The model that the environment describes, or None without `OPENAI_API_KEY`.

    Tenants' tokens are counted in the server that `redis` gives, or in this process alone.
    """
    settings = ModelSettings()
    if not settings.api_key:
        return None
    counted = TenantTokens(redis() if redis else None)
    return TurnModel(ModelClient(settings), clock, counted)

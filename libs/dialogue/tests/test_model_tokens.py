"""A tenant's tokens of a day: one count for all processes, which survives Valkey's loss."""

import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from segue_dialogue.model.tokens import PAUSE_SECONDS, TenantTokens

TODAY = date(2026, 11, 23)


@pytest.fixture
async def redis(servers: Any) -> AsyncIterator[Redis]:
    client = Redis.from_url(servers.redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def tenant() -> str:
    return f"tenant-{uuid.uuid4().hex[:8]}"


async def test_processes_share_one_count_for_each_tenant_and_day(redis: Redis, tenant: str) -> None:
    one, other = TenantTokens(redis), TenantTokens(redis)
    assert await one.add(tenant, TODAY, 700) == 700
    assert await other.add(tenant, TODAY, 300) == 1000
    assert await one.add(tenant, TODAY, 0) == 1000
    assert await one.add(tenant, TODAY + timedelta(days=1), 0) == 0
    assert await one.add(f"{tenant}-b", TODAY, 0) == 0


async def test_a_count_that_was_lost_is_restored_from_what_was_seen(
    redis: Redis, tenant: str
) -> None:
    one, other = TenantTokens(redis), TenantTokens(redis)
    await one.add(tenant, TODAY, 900)
    await redis.delete(*[key async for key in redis.scan_iter(f"*{tenant}*")])
    assert await one.add(tenant, TODAY, 50) == 950
    assert await other.add(tenant, TODAY, 0) == 950


async def test_a_count_is_forgotten_when_its_day_is_long_over(redis: Redis, tenant: str) -> None:
    await TenantTokens(redis).add(tenant, TODAY, 1)
    [key] = [key async for key in redis.scan_iter(f"*{tenant}*")]
    assert 86_400 <= await redis.ttl(key) <= 2 * 86_400


async def test_while_valkey_is_away_a_process_counts_alone_and_says_so(tenant: str) -> None:
    now = 0.0
    gone = Redis.from_url("redis://127.0.0.1:1")
    tokens = TenantTokens(gone, clock=lambda: now)
    before = REGISTRY.get_sample_value("segue_model_budget_lost_total") or 0.0
    assert await tokens.add(tenant, TODAY, 400) == 400
    assert await tokens.add(tenant, TODAY, 100) == 500
    assert REGISTRY.get_sample_value("segue_model_budget_lost_total") == before + 2
    await gone.aclose()


async def test_a_count_made_alone_is_shared_when_valkey_is_back(redis: Redis, tenant: str) -> None:
    now = 0.0
    gone = Redis.from_url("redis://127.0.0.1:1")
    tokens = TenantTokens(gone, clock=lambda: now)
    await tokens.add(tenant, TODAY, 400)
    tokens._redis = redis
    assert await tokens.add(tenant, TODAY, 0) == 400, "it isn't asked again at once"
    now = PAUSE_SECONDS
    await tokens.add(tenant, TODAY, 10)
    assert await TenantTokens(redis).add(tenant, TODAY, 0) == 410
    await gone.aclose()

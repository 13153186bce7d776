"""Fixtures: the servers, a running ingest, and the carriers' side."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from segue_local.simulator import CarrierSimulator

# Test modules are imported by path; what they share is found beside them.
sys.path.insert(0, str(Path(__file__).parent))

from ingest_lab import Lab, Replica


@pytest.fixture(scope="module")
def lab(
    servers: object, database_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """The shared servers with a database and a tenant of the module's own."""
    bootstrap = str(servers.kafka_bootstrap)  # type: ignore[attr-defined]
    redis_url = str(servers.redis_url)  # type: ignore[attr-defined]
    asyncio.run(create_topics(KafkaSettings(bootstrap=bootstrap)))
    lab = Lab(tmp_path_factory.mktemp("ingest"), bootstrap, database_dsn, redis_url)
    yield lab
    lab.stop()


@pytest.fixture(scope="module")
def replica(lab: Lab) -> Replica:
    """A running process of the service."""
    return lab.start()


@pytest.fixture
async def carriers(lab: Lab) -> AsyncIterator[CarrierSimulator]:
    async with lab.carriers() as simulator:
        yield simulator


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session

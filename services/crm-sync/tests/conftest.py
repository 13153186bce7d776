"""The fixtures: two CRMs that tenants run themselves, and the real service beside them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from segue_common.events.topics import CRM
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings

# Test modules of one folder can't import each other otherwise.
sys.path.insert(0, str(Path(__file__).parent))

from crm_lab import SECRET, TOKEN, Lab, Service, TheirCrm, serve
from waiting import eventually


@pytest.fixture(scope="module")
def crms() -> Iterator[dict[str, TheirCrm]]:
    """The CRMs that the tenants `hooked` and `broken` run themselves."""
    with serve() as hooked, serve() as broken:
        yield {"hooked": hooked, "broken": broken}


@pytest.fixture
def their_crm(crms: dict[str, TheirCrm]) -> TheirCrm:
    return crms["hooked"].reset()


@pytest.fixture
def broken_crm(crms: dict[str, TheirCrm]) -> TheirCrm:
    return crms["broken"].reset()


@pytest.fixture(scope="module")
def service(
    servers: Any,
    database_dsn: str,
    crms: dict[str, TheirCrm],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The service's process with three tenants: built-in CRM, own CRM, and a broken own CRM."""
    folder: Path = tmp_path_factory.mktemp("crm-sync")
    tenants = folder / "tenants"
    tenants.mkdir()
    (tenants / "plain.yaml").write_text("tenant: plain\nname: Plain\ntime_zone: UTC\n")
    for name, crm in crms.items():
        (tenants / f"{name}.yaml").write_text(
            f"tenant: {name}\nname: {name.title()}\ntime_zone: UTC\n"
            f'crm: {{adapter: webhook, url: "{crm.url}", secret: "${{CRM_SECRET}}"}}\n'
        )
    asyncio.run(create_topics(KafkaSettings(bootstrap=servers.kafka_bootstrap)))
    environment = {
        **os.environ,
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(tenants),
        "SEGUE_INTERNAL_TOKEN": TOKEN,
        "CRM_SECRET": SECRET,
    }
    service = Service(database_dsn, environment, folder / "service.log")
    service.start()
    yield service
    service.stop()


@pytest_asyncio.fixture
async def lab(service: Service) -> AsyncIterator[Lab]:
    """The service when it is ready, and its topics."""
    bootstrap = service.environment["SEGUE_KAFKA_BOOTSTRAP"]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = AIOKafkaConsumer(CRM.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    try:
        await eventually(lambda: service.get("/health/ready")[0] == 200, "ready")
        yield Lab(service, producer, consumer)
    finally:
        await producer.stop()
        await consumer.stop()

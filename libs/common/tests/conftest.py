"""Puts this folder on the path of its tests, and gives them the runtime's lab."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from outbox_desk import Desk, open_desk  # these are found by the line above
from runtime_lab import Lab, open_lab

TENANT = """
tenant: acme
name: Acme
time_zone: UTC
"""


@pytest.fixture
def lab_environment(servers, database_dsn, tmp_path) -> dict[str, str]:  # type: ignore[no-untyped-def]
    (tmp_path / "tenants").mkdir()
    (tmp_path / "tenants" / "acme.yaml").write_text(TENANT)
    return {
        **os.environ,
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(tmp_path / "tenants"),
        "CALLS_FILE": str(tmp_path / "calls"),
    }


@pytest.fixture
async def lab(lab_environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Lab]:
    async with open_lab(lab_environment, tmp_path) as opened:
        yield opened


@pytest.fixture
async def desk(servers, database_dsn: str) -> AsyncIterator[Desk]:  # type: ignore[no-untyped-def]
    async with open_desk(servers.kafka_bootstrap, database_dsn) as opened:
        yield opened

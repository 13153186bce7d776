"""Real servers for every test that needs them: the embedded stack, or configured ones."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from segue_local.stack import Ports, start_stack


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers under test."""

    kafka_bootstrap: str
    postgres_dsn: str
    redis_url: str


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Kafka, Postgres and Valkey, started once for the whole run and stopped after it."""
    configured = [
        os.environ.get(name)
        for name in ("SEGUE_KAFKA_BOOTSTRAP", "SEGUE_POSTGRES_DSN", "SEGUE_REDIS_URL")
    ]
    if all(configured):
        yield Servers(*(str(value) for value in configured))
        return
    folder: Path = tmp_path_factory.mktemp("stack")
    with start_stack(folder, ports=Ports.free(), durable=False) as stack:
        yield Servers(stack.kafka_bootstrap, stack.postgres_dsn, stack.redis_url)


@pytest.fixture(scope="module")
def database_dsn(servers: Servers) -> Iterator[str]:
    """A database of the module's own, dropped after it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(servers.postgres_dsn, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}"'.encode())
    base, _, _ = servers.postgres_dsn.rpartition("/")
    yield f"{base}/{name}"
    with psycopg.connect(servers.postgres_dsn, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

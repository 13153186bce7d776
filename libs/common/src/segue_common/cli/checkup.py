"""The examinations that `segue doctor` makes, each with what it found in words."""

import asyncio
import json
import logging
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import redis
from aiokafka.errors import KafkaError
from pydantic_settings import BaseSettings

from segue_common.cli.services import InstalledService, installed_services
from segue_common.runtime.database import pending_migrations
from segue_common.runtime.provision import inspect_topics
from segue_common.runtime.settings import (
    ConfigurationError,
    KafkaSettings,
    PostgresSettings,
    Settings,
    load,
    service_port,
)
from segue_common.tenants import TenantError, load_tenants

LOWEST_POSTGRES = 14
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """What one examination found; without problems all is well."""

    what: str
    found: str = ""
    problems: tuple[str, ...] = ()
    was_examined: bool = True

    @property
    def is_well(self) -> bool:
        return not self.problems


def examine(*, services: bool = True) -> list[Finding]:
    """Every examination in turn; one that can't be made is a finding too."""
    examinations: list[Callable[[], Finding]] = [_tenants, _kafka, _postgres, _redis]
    found = [_configured(kind) for kind in (Settings, KafkaSettings, PostgresSettings)]
    found += [examination() for examination in examinations]
    if services:
        found += [_service(service) for service in installed_services()]
    return found


def _configured(kind: type[BaseSettings]) -> Finding:
    what = f"configuration {kind.model_config.get('env_prefix')}*"
    try:
        load(kind)
    except ConfigurationError as error:
        return Finding(what, problems=(str(error),))
    return Finding(what, "complete")


def _unconfigured(what: str) -> Finding:
    return Finding(what, "its configuration is incomplete, see above", was_examined=False)


def _tenants() -> Finding:
    what = "tenants"
    try:
        tenants = load_tenants(load(Settings).tenants)
    except ConfigurationError:
        return _unconfigured(what)
    except (TenantError, OSError) as error:
        return Finding(what, problems=(str(error),))
    return Finding(what, ", ".join(tenants))


def _kafka() -> Finding:
    what = "Kafka"
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        settings = load(KafkaSettings)
        states = asyncio.run(inspect_topics(settings))
    except ConfigurationError:
        return _unconfigured(what)
    except (KafkaError, OSError, TimeoutError) as error:
        return Finding(
            what,
            problems=(
                f"{settings.bootstrap} doesn't answer ({type(error).__name__}): start it, or "
                "correct SEGUE_KAFKA_BOOTSTRAP and the security settings",
            ),
        )
    missing = [state.topic.name for state in states if not state.exists]
    problems = [
        f"{state.topic.name}: {difference}: change it with kafka-configs or kafka-topics"
        for state in states
        for difference in state.differences
    ]
    if missing:
        problems.append(f"missing: {', '.join(missing)}: run `segue topics --apply`")
    return Finding(what, f"{settings.bootstrap}, {len(states)} topics as declared", tuple(problems))


def _postgres() -> Finding:
    what = "Postgres"
    try:
        dsn = load(PostgresSettings).dsn.get_secret_value()
        with psycopg.connect(dsn, connect_timeout=int(TIMEOUT_SECONDS)) as conn:
            version = conn.info.server_version // 10_000
            row = conn.execute(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'"
            ).fetchone()
        return Finding(what, f"version {version}", tuple(_database_problems(dsn, version, row)))
    except ConfigurationError:
        return _unconfigured(what)
    except psycopg.Error as error:
        # The driver's text names host, port, user and database, never the password.
        return Finding(what, problems=(f"{error}: see SEGUE_POSTGRES_DSN",))


def _database_problems(dsn: str, version: int, extension: object) -> Iterator[str]:
    if version < LOWEST_POSTGRES:
        yield f"version {version} is too old: Segue needs {LOWEST_POSTGRES} or newer"
    if extension is None:
        yield "the extension btree_gist isn't available: install Postgres's contrib package"
    for service in installed_services():
        if pending := pending_migrations(dsn, service.name, service.migrations):
            yield f"{service.name}: not applied: {', '.join(pending)}: run `segue migrate`"


def _redis() -> Finding:
    what = "Redis"
    try:
        url = load(Settings).redis_url.get_secret_value()
        with redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_SECONDS) as client:
            client.ping()
    except ConfigurationError:
        return _unconfigured(what)
    except (redis.RedisError, OSError, ValueError) as error:
        return Finding(
            what,
            problems=(f"doesn't answer ({type(error).__name__}): start it, see SEGUE_REDIS_URL",),
        )
    return Finding(what, "answers")


def _service(service: InstalledService) -> Finding:
    what = f"service {service.name}"
    try:
        host = os.environ.get("SEGUE_BIND", "127.0.0.1")
        url = f"http://{host}:{service_port(service.name)}/health/ready"
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS):
            return Finding(what, f"ready at {url}")
    except ConfigurationError as error:
        return Finding(what, problems=(str(error),))
    except urllib.error.HTTPError as error:
        return Finding(what, problems=tuple(_reported(error)))
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Finding(what, problems=(f"{url} doesn't answer ({reason}): is it started?",))


def _reported(error: urllib.error.HTTPError) -> Iterator[str]:
    """What a service that isn't ready says of itself."""
    try:
        problems = json.loads(error.read())["problems"]
        yield from (f"{name}: {text}" for name, text in problems.items())
    except (ValueError, KeyError, AttributeError, TypeError):
        yield f"answers {error.code} where /health/ready should be"
